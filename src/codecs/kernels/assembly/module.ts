// What the compiled module exports; ../kernels.ts declares it for the callers.
export { countColourEdges, toChromaView } from "./chromaView";
export { compareTiles } from "./compare";
export { copyRows, sameBytes } from "./rows";
export { takeTiles } from "./take";
export { encodeTile } from "./tile";
export { toYuv420 } from "./yuv420";
