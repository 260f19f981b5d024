import type { Size } from "#base/geometry.ts";
import type { Key } from "../desktop.ts";
import { layOut, widgetAt } from "./layout.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import type { View } from "./widgets.ts";

/** Whether an event presses the only button of a screen: a click on it, Enter, space or Escape. */
export function pressesButton(view: View, button: string, event: ScreenEvent, size: Size): boolean {
  switch (event.is) {
    case "key":
      return event.down && isPressing(event.key);
    case "pointer":
      return event.pressed === "left" && widgetAt(layOut(view, size), event.at)?.id === button;
    case "character":
      return event.down && [0x0d, 0x1b, 0x20].includes(event.codePoint);
    case "locks":
      return false;
  }
}

function isPressing(key: Key): boolean {
  return !key.extended1 && (key.scanCode === 0x1c || (!key.extended && [0x01, 0x39].includes(key.scanCode)));
}
