// Loaded before tools/vectors/record.ts: puts recorders in the places of test/vector.ts and of the
// kit under the declarations, and silence in that of node:test.
import { registerHooks } from "node:module";

const recorder = new URL("recordedVectors.ts", import.meta.url).href;
const codecRecorder = new URL("codecRecorder.ts", import.meta.url).href;
const silence = new URL("silentTests.ts", import.meta.url).href;

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === "node:test") return { url: silence, shortCircuit: true };
    if (specifier.endsWith("test/vector.ts")) return { url: recorder, shortCircuit: true };
    if (specifier === "./codec.ts" && context.parentURL?.endsWith("/base/bytes/struct.ts") === true) {
      return { url: codecRecorder, shortCircuit: true };
    }
    return next(specifier, context);
  },
});
