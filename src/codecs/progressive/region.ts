import { intersect, type Rectangle } from "#base/geometry.ts";

/** What is left of `rectangles` without `hole`: pieces that do not overlap unless the rectangles did. */
export function subtract(rectangles: readonly Rectangle[], hole: Rectangle): readonly Rectangle[] {
  return rectangles.flatMap((each) => {
    const common = intersect(each, hole);
    if (common === undefined) return [each];
    const right = each.x + each.width;
    const bottom = each.y + each.height;
    const commonRight = common.x + common.width;
    const commonBottom = common.y + common.height;
    return [
      { x: each.x, y: each.y, width: each.width, height: common.y - each.y },
      { x: each.x, y: common.y, width: common.x - each.x, height: common.height },
      { x: commonRight, y: common.y, width: right - commonRight, height: common.height },
      { x: each.x, y: commonBottom, width: each.width, height: bottom - commonBottom },
    ].filter(({ width, height }) => 0 < width && 0 < height);
  });
}
