import type { CompareTile } from "./kernels.ts";

/**
 * The readable comparison: the smallest box around what differs, the unused bytes aside; undefined when nothing does.
 */
export const referenceCompareTile: CompareTile = (first, second, place) => {
  let left = place.width;
  let right = 0;
  let top = place.height;
  let bottom = 0;
  for (let row = 0; row < place.height; row++) {
    let a = first.offset + (place.y + row) * first.stride + place.x * 4;
    let b = second.offset + (place.y + row) * second.stride + place.x * 4;
    for (let column = 0; column < place.width; column++, a += 4, b += 4) {
      if (
        first.data[a] === second.data[b] &&
        first.data[a + 1] === second.data[b + 1] &&
        first.data[a + 2] === second.data[b + 2]
      ) {
        continue;
      }
      left = Math.min(left, column);
      right = Math.max(right, column + 1);
      top = Math.min(top, row);
      bottom = row + 1;
    }
  }
  if (right === 0) return undefined;
  return { x: place.x + left, y: place.y + top, width: right - left, height: bottom - top };
};
