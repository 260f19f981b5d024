import { decodedOrRefused, type Oracle } from "../oracle.ts";
import { MppcCompressor } from "./compressor.ts";
import { MppcDecompressor } from "./decompressor.ts";

/** The first byte is the packet's flags. The decompressor lives on from input to input, as a client's would. */
export const mppcOracle: Oracle = {
  name: "mppc",
  seeds: () =>
    (["rdp4", "rdp5"] as const).map((type) => {
      const packet = new MppcCompressor(type).compress(
        Uint8Array.from("to be, or not to be: to be", (letter) => letter.charCodeAt(0)),
      );
      return Uint8Array.of(packet?.flags ?? 0, ...(packet?.bytes ?? []));
    }),
  check: (input) => {
    decompressor ??= new MppcDecompressor();
    const current = decompressor;
    decodedOrRefused(() => current.decompress(input[0] ?? 0, input.subarray(1)));
  },
};

let decompressor: MppcDecompressor | undefined;
