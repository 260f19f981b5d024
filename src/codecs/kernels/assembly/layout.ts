// Where things lie in the module's memory, in bytes. Twin of ../layout.ts; the module itself keeps no data.

/** Ten bytes: the shift of each band in the order of memory (HL1 LH1 HH1 HL2 LH2 HH2 HL3 LH3 HH3 LL3). */
export const shiftsAt: usize = 0;
/** Three planes of 4096 samples of 16 bits. */
export const planesAt: usize = 0x1000;
/** One plane. */
export const scratchAt: usize = 0x7000;
/** Three coded planes, one behind the other. */
export const codedAt: usize = 0x9000;
