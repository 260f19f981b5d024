import { seconds, wallTime } from "../src/base/units.ts";
import { type SignedIn, Tokens } from "../src/service/tokens.ts";

/** Tokens of a service for which no time passes. */
export function testTokens(): Tokens<SignedIn> {
  let count = 0;
  return new Tokens({
    life: seconds(60),
    key: new Uint8Array(32),
    random: () => String(++count),
    now: () => wallTime(0),
  });
}
