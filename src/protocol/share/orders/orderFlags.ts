/** The first byte of each order. MS-RDPEGDI 2.2.2.2.1.1.2, 2.2.2.2.1.2.1.1 */
export const controlFlags = {
  standard: 0x01,
  secondary: 0x02,
  bounds: 0x04,
  typeChange: 0x08,
  deltaCoordinates: 0x10,
  /** The bounds are those of the last order that had any. */
  sameBounds: 0x20,
  /** Times how many bytes of field flags are left out. */
  zeroFieldByte: 0x40,
} as const;

/** Bytes of field flags for an order with so many fields. MS-RDPEGDI 2.2.2.2.1.1.2 */
export function fieldFlagBytes(fields: number): number {
  return Math.ceil((fields + 1) / 8);
}
