import type { Codec } from "#base/bytes/codec.ts";
import type { Quantization } from "./quantization.ts";

/** TS_RFX_CODEC_QUANT: ten numbers of four bits, the low half of each byte first. MS-RDPRFX 2.2.2.1.5. */
export const codecQuantization: Codec<Quantization> = {
  size: () => 5,
  write: (writer, value) => {
    writer.u8(value.ll3 | (value.lh3 << 4));
    writer.u8(value.hl3 | (value.hh3 << 4));
    writer.u8(value.lh2 | (value.hl2 << 4));
    writer.u8(value.hh2 | (value.lh1 << 4));
    writer.u8(value.hl1 | (value.hh1 << 4));
  },
  read: (reader) => {
    const [first, second, third, fourth, fifth] = [reader.u8(), reader.u8(), reader.u8(), reader.u8(), reader.u8()];
    return {
      ll3: first & 15,
      lh3: first >> 4,
      hl3: second & 15,
      hh3: second >> 4,
      lh2: third & 15,
      hl2: third >> 4,
      hh2: fourth & 15,
      lh1: fourth >> 4,
      hl1: fifth & 15,
      hh1: fifth >> 4,
    };
  },
};
