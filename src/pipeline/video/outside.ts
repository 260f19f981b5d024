import { intersect, type Rectangle } from "#base/geometry.ts";

/** What is left of `areas` without `hole`: up to four pieces of each, without overlaps of their own. */
export function outside(areas: readonly Rectangle[], hole: Rectangle): readonly Rectangle[] {
  return areas.flatMap((area): readonly Rectangle[] => {
    const common = intersect(area, hole);
    if (common === undefined) return [area];
    const right = common.x + common.width;
    const bottom = common.y + common.height;
    const pieces = [
      { ...area, height: common.y - area.y },
      { ...area, y: bottom, height: area.y + area.height - bottom },
      { x: area.x, y: common.y, width: common.x - area.x, height: common.height },
      { x: right, y: common.y, width: area.x + area.width - right, height: common.height },
    ];
    return pieces.filter(({ width, height }) => 0 < width && 0 < height);
  });
}
