/** Which of the two run-length/Golomb-Rice codes: RLGR1 codes values singly, RLGR3 in pairs. */
export type Entropy = "rlgr1" | "rlgr3";

/** The constants of the adaptive code, MS-RDPRFX 3.1.8.1.7.3: KPMAX, LSGR, UP_GR, DN_GR, UQ_GR, DQ_GR. */
export const rlgr = {
  parameterMax: 80,
  /** A parameter is eight times the number of bits that it stands for. */
  parameterShift: 3,
  parameterStart: 8,
  runUp: 4,
  runDown: 6,
  riceUp: 3,
  riceDown: 3,
} as const;
