import koffi from "koffi";
import type { Pixels } from "../src/base/pixels.ts";

/** The decoders of FreeRDP 2, over pictures whose rows follow each other without gaps. */
export interface FreeRdpDecoders {
  /** Decodes a stream of RemoteFX blocks over `target`; false when refused. */
  remoteFx(bytes: Uint8Array, target: Pixels): boolean;
  /** A surface that decodes progressive frames over `target`, one after the other; false when refused. */
  progressive(target: Pixels): (bytes: Uint8Array) => boolean;
}

/** Undefined where FreeRDP's library (Debian: libfreerdp2-2) is not installed. */
export function loadFreeRdp(): FreeRdpDecoders | undefined {
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
