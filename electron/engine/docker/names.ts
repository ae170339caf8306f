import { failed } from '../../core/base/failure'
import { parseImageReference } from '../../core/images/image-reference'

/** moby, daemon/names: what a container's name or id may consist of. */
const containerName = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/
const imageId = /^(?:sha256:)?[a-f0-9]{1,64}$/

/** A container's id, prefix or name as a path segment; nothing else gets into a request's path. */
export function containerSegment(id: string): string {
  if (!containerName.test(id)) {
    throw failed('invalid-input', `"${id}" is not a container's id or name.`)
  }
  return id
}

/** An image's id or reference as the API's path takes it, with its slashes. */
export function imageSegment(image: string): string {
  if (imageId.test(image)) return image
  if (!parseImageReference(image).ok) {
    throw failed('reference-invalid', `"${image}" is not an image's id or reference.`)
  }
  return image
}
