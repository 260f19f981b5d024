import type { Size } from "#base/geometry.ts";
import { givesUp } from "./buttonKeys.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import type { View, Widget } from "./widgets.ts";

/** Says what is being waited for. Nothing on it moves by itself: each change is a new value. */
export interface WaitScreen {
  readonly is: "wait";
  readonly host: string;
  readonly title: string;
  /** One sentence; undefined while it goes as usual. */
  readonly waitsFor: string | undefined;
  /** The end of a log, oldest first; the last eight lines are shown. */
  readonly log: readonly string[];
}

export type WaitAction = { readonly is: "cancel" };

export function waitScreen(given: Omit<WaitScreen, "is">): WaitScreen {
  return { is: "wait", ...given };
}

export function handleWait(
  screen: WaitScreen,
  event: ScreenEvent,
  size: Size,
): { readonly model: WaitScreen; readonly action?: WaitAction } {
  // Who signed in by Enter may press it once more.
  const pressed = givesUp(viewWait(screen), "cancel", event, size);
  return pressed ? { model: screen, action: { is: "cancel" } } : { model: screen };
}

export function viewWait(screen: WaitScreen): View {
  const widgets: Widget[] = [{ is: "heading", text: screen.title }];
  if (screen.waitsFor !== undefined) widgets.push({ is: "progress", text: screen.waitsFor });
  if (0 < screen.log.length) widgets.push({ is: "log", lines: screen.log.slice(-8) });
  widgets.push({ is: "buttons", buttons: [{ id: "cancel", label: "Cancel", primary: false }] });
  return { host: screen.host, focus: "cancel", width: "wide", widgets, hint: "Esc: cancel" };
}
