import { newPixels, type Pixels } from "#base/pixels.ts";
import type { Size } from "#base/geometry.ts";
import { Canvas } from "#desktop/screens/canvas.ts";
import { font } from "#desktop/screens/font.ts";
import { keepPicture, ownWindow, settled } from "./ownWindow.ts";
import { prose } from "./page.ts";
import { photograph } from "./photograph.ts";
import type { Workload } from "./workload.ts";

/** A slide every two seconds, over the whole screen; each fades into the next in half a second. */
export const slides: Workload = {
  name: "slide show",
  goals: { times: 5 },
  prepare: async ({ x11, size, keys }) => {
    const render = await x11.extension("render");
    const { client } = x11;
    const shown = await Promise.all(
      [textSlide(size, 0), photograph(size, 9), textSlide(size, 4)].map((picture) => keepPicture(x11, picture)),
    );
    const window = await ownWindow(x11, { x: 0, y: 0, ...size });
    const pictureOf = (drawable: number): number => {
      const id = client.AllocID();
      render.CreatePicture(id, drawable, render.rgb24, {});
      return id;
    };
    const [target, ...sources] = [window.id, ...shown.map(({ id }) => id)].map(pictureOf);
    const draw = (slide: number, alpha: number): void => {
      const mask = client.AllocID();
      render.CreateSolidFill(mask, 0, 0, 0, alpha);
      const source = sources[slide % sources.length]!;
      render.Composite(render.PictOp.Over, source, mask, target!, 0, 0, 0, 0, 0, 0, size.width, size.height);
      render.FreePicture(mask);
    };
    draw(0, 1);
    keys.moveTo(1900, 1000);
    await settled(x11);
    return {
      shown: { is: "number", cells: window.stepCells(stepsAt) },
      stepsPerSecond: 30,
      step: (step) => {
        const at = step % stepsPerSlide;
        const slide = Math.floor(step / stepsPerSlide) + 1;
        // Over what is there already: each step takes its share of what is left of the old slide.
        if (at < fadeSteps) draw(slide, 1 / (fadeSteps - at));
        window.writeStep(stepsAt, step);
      },
    };
  },
};

function textSlide(size: Size, from: number): Pixels {
  const slide = newPixels(size);
  const canvas = new Canvas(slide);
  canvas.fillRectangle({ x: 0, y: 0, ...size }, 0xffffff);
  canvas.fillRectangle({ x: 0, y: 0, width: size.width, height: 160 }, 0x1f3864);
  canvas.text(font("bold", 56), { x: 100, y: 40 }, "What was done this year", 0xffffff);
  for (const [line, text] of prose.slice(from, from + 6).entries()) {
    canvas.fillRound({ x: 100, y: 268 + line * 120, width: 18, height: 18 }, 9, 0xc55a11);
    canvas.text(font("regular", 36), { x: 140, y: 250 + line * 120 }, text.slice(0, 80), 0x262626);
  }
  return slide;
}

const stepsAt = { x: 20, y: 1050 };
const stepsPerSlide = 60;
const fadeSteps = 15;
