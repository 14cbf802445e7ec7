/** The type that a public key in the SSH wire format names in its first string (RFC 4253, 6.6); empty if it is too short for one. */
export function keyTypeOf(key: Buffer): string {
  if (key.length < 4) return ''
  return key.subarray(4, 4 + key.readUInt32BE(0)).toString('ascii')
}
