/** A fleet.yaml that is laid out so that an edit of it cannot be made without changing something else. The message says where, why and what to do. */
export class FleetEditError extends Error {
  override readonly name = 'FleetEditError'
}
