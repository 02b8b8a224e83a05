/**
 * @file Projects and annotations of the VGG Image Annotator (VIA) 1 and 2: JSON, pixels of the upright image. Source:
 * the tool itself, via.js 2.0.8 (robots.ox.ac.uk/~vgg/software/via). A project holds `_via_img_metadata`, an export of
 * annotations is that object alone; its keys are the name and the size of the file in bytes, as one word. Regions are a
 * list in 2 and an object by number in 1. Nothing says how large an image is.
 *
 * Which attribute of a region is its class is the user's own choice: the first of `CLASS_NAMES` that is there, else the
 * only one there is.
 */
export const CLASS_NAMES = ['label', 'class', 'name', 'category', 'type', 'object'] as const
export const CLASS_ATTRIBUTE = 'label'
export const PHRASE = 'phrase'
export const CONFIDENCE = 'confidence'
/** JSON with what the tool cannot say (kit/own-fields.ts). */
export const OWN_ATTRIBUTE = 'eyrie'
export const UNLABELLED = 'unlabelled'
