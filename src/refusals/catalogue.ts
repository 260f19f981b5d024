import { admissionRefusals } from "./admission.ts";
import { limitRefusals } from "./limits.ts";
import { seatRefusals } from "./seats.ts";
import { sessionRefusals } from "./session.ts";
import { signInRefusals } from "./signIn.ts";
import { wireRefusals } from "./wire.ts";

/** Every reason for which the product says no, by code, in the order in which a connection meets them. */
export const catalogue = {
  ...wireRefusals,
  ...admissionRefusals,
  ...signInRefusals,
  ...seatRefusals,
  ...sessionRefusals,
  ...limitRefusals,
};
