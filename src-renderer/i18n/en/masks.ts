/** @file English: masks that a model makes. */
export const masksWords = {
  'change.region.mask': 'mask of a region',
  'command.mask.fromBox': 'Mask from box',
  'command.mask.fromPoint': 'Mask from point',
  'command.mask.stop': 'Stop making the mask',
  'details.shownRegions': 'Made of',
  'mask.making': 'A model is making masks',
  'mask.title': 'Mask',
  'mask.without_one': 'The model saw no object in {{count}} of the boxes.',
  'mask.without_other': 'The model saw no object in {{count}} of the boxes.',
  'model.makesMasks': 'Makes masks'
}
