/** @file A picture that a model sees whole, squeezed to one size whatever its own. */
import type { ImageSize } from '../../../../src-shared/geometry/space'
import { resized, toPlanes } from '../../image/raster'
import type { Normalisation, Raster } from '../../image/raster'
import type { Filter } from '../../image/resample'
import type { Picture } from '../family'

/** `pixel_values` float32 `[1, 3, height, width]`; `features` rows of the prompt stand for the picture. */
export const wholePicture = (
  image: Raster,
  picture: Normalisation & { readonly size: ImageSize; readonly resample: Filter },
  features: number
): Picture => ({
  feeds: {
    pixel_values: {
      type: 'float32',
      data: toPlanes(resized(image, picture.size, picture.resample), picture),
      dims: [1, 3, picture.size.height, picture.size.width]
    }
  },
  block: [{ features }],
  grid: null
})
