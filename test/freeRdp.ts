import koffi from "koffi";
import type { Pixels } from "../src/base/pixels.ts";

/** The decoders of FreeRDP 2, over pictures whose rows follow each other without gaps. */
export interface FreeRdpDecoders {
  /** Decodes a stream of RemoteFX blocks over `target`; false when refused. */
  remoteFx(bytes: Uint8Array, target: Pixels): boolean;
  /** A surface that decodes progressive frames over `target`, one after the other; false when refused. */
  progressive(target: Pixels): (bytes: Uint8Array) => boolean;
  /** A decoder of H.264 over `target`; false when refused. */
  h264(target: Pixels): { avc420(stream: Uint8Array): boolean; avc444(picture: CodedColours): boolean };
}

/** The two streams of YUV444, and where the second one has the colours. */
export interface CodedColours {
  readonly main?: Uint8Array;
  readonly chroma?: Uint8Array;
  readonly form: "avc444" | "avc444v2";
}

/**
 * Undefined where FreeRDP's library (Debian: libfreerdp2-2) is not installed. `withoutSse`, for the first call in a
 * process: YUV444 is combined as the specification has it, and not with colours mixed up here and there.
 */
export function loadFreeRdp({ withoutSse = false } = {}): FreeRdpDecoders | undefined {
  const library = openLibrary();
  if (library === undefined) return undefined;
  const initRegion = library.func("void region16_init(void*)");
  const newRemoteFx = library.func("void* rfx_context_new(bool)");
  const processRemoteFx = library.func(
    "bool rfx_process_message(void*, const uint8_t*, uint32_t, uint32_t, uint32_t, uint8_t*, uint32_t, uint32_t, uint32_t, void*)",
  );
  const newProgressive = library.func("void* progressive_context_new(bool)");
  const createSurface = library.func("int progressive_create_surface_context(void*, uint16_t, uint32_t, uint32_t)");
  // The variant without a frame number loses tiles once a surface has had as many updates as tiles.
  const decompress = library.func(
    "int progressive_decompress_ex(void*, const uint8_t*, uint32_t, uint8_t*, uint32_t, uint32_t, uint32_t, uint32_t, void*, uint16_t, uint32_t)",
  );
  const newRegion = (): Uint8Array => {
    const region = new Uint8Array(64);
    initRegion(region);
    return region;
  };
  const chooseKernels = library.func("void primitives_set_hints(int)");
  if (withoutSse) chooseKernels(0);
  const remoteFxContext: unknown = newRemoteFx(false);
  return {
    remoteFx: (bytes, { data, stride, height }) =>
      processRemoteFx(
        remoteFxContext,
        bytes,
        bytes.length,
        0,
        0,
        data,
        blueGreenRedUnused,
        stride,
        height,
        newRegion(),
      ) === true,
    h264: h264Decoders(library),
    progressive: ({ data, stride, width, height }) => {
      const context: unknown = newProgressive(false);
      createSurface(context, 1, width, height);
      let frame = 1;
      return (bytes) => {
        const region = newRegion();
        const format = blueGreenRedUnused;
        return decompress(context, bytes, bytes.length, data, format, stride, 0, 0, region, 1, frame++) === 1;
      };
    },
  };
}

function h264Decoders(library: ReturnType<typeof koffi.load>): FreeRdpDecoders["h264"] {
  const newH264 = library.func("void* h264_context_new(bool)");
  const resetH264 = library.func("bool h264_context_reset(void*, uint32_t, uint32_t)");
  const decodeAvc420 = library.func(
    "int avc420_decompress(void*, const uint8_t*, uint32_t, uint8_t*, uint32_t, uint32_t, uint32_t, uint32_t, void*, uint32_t)",
  );
  const decodeAvc444 = library.func(
    "int avc444_decompress(void*, uint8_t, void*, uint32_t, const uint8_t*, uint32_t, void*, uint32_t, const uint8_t*, uint32_t, uint8_t*, uint32_t, uint32_t, uint32_t, uint32_t, uint32_t)",
  );
  return ({ data, stride, width, height }) => {
    const context: unknown = newH264(false);
    resetH264(context, width, height);
    const whole = [new Uint16Array([0, 0, width, height]), 1] as const;
    const target = [data, blueGreenRedUnused, stride, width, height] as const;
    return {
      avc420: (stream) => 0 < decodeAvc420(context, stream, stream.length, ...target, ...whole),
      avc444: ({ main, chroma, form }) => {
        const parts = main === undefined ? 2 : chroma === undefined ? 1 : 0;
        const first = main ?? chroma ?? new Uint8Array(0);
        const second = parts === 0 && chroma !== undefined ? chroma : new Uint8Array(0);
        const coded = [...whole, first, first.length, ...whole, second, second.length] as const;
        return decodeAvc444(context, parts, ...coded, ...target, form === "avc444" ? 0x0e : 0x0f) === 0;
      },
    };
  };
}

function openLibrary(): ReturnType<typeof koffi.load> | undefined {
  try {
    return koffi.load("libfreerdp2.so.2");
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}

/** FreeRDP's PIXEL_FORMAT_BGRX32. */
const blueGreenRedUnused = 0x20040888;
