import type { Size } from "#base/geometry.ts";
import { pressesButton } from "./buttonKeys.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import type { View } from "./widgets.ts";

/** Says no: what, why, and what to do about it. */
export interface RefusalScreen {
  readonly is: "refusal";
  readonly host: string;
  readonly title: string;
  readonly explanation: string;
  /** What the user or the administrator can do. */
  readonly remedy: string;
  /** The code of the refusal, such as HF-SEAT-01. */
  readonly code: string;
  /** The name of the record, by which an administrator has it explained. */
  readonly record: string;
  /** An administrator keeps it open: this is said instead of what closes it. */
  readonly held?: string;
}

export type RefusalAction = { readonly is: "close" };

export function refusalScreen(given: Omit<RefusalScreen, "is">): RefusalScreen {
  return { is: "refusal", ...given };
}

export function handleRefusal(
  screen: RefusalScreen,
  event: ScreenEvent,
  size: Size,
): { readonly model: RefusalScreen; readonly action?: RefusalAction } {
  if (screen.held !== undefined) return { model: screen };
  const pressed = pressesButton(viewRefusal(screen), "close", event, size);
  return pressed ? { model: screen, action: { is: "close" } } : { model: screen };
}

export function viewRefusal(screen: RefusalScreen): View {
  return {
    host: screen.host,
    focus: "close",
    width: "wide",
    widgets: [
      { is: "heading", text: screen.title, tone: "error" },
      { is: "paragraph", text: screen.explanation },
      { is: "notice", text: screen.remedy, tone: "information" },
      {
        is: "facts",
        facts: [
          ["Code", `${screen.code} · ${screen.record}`],
          ["For the administrator", `holdfast explain ${screen.record}`],
        ],
      },
      screen.held === undefined
        ? { is: "buttons", buttons: [{ id: "close", label: "Close", primary: true }] }
        : { is: "paragraph", text: screen.held },
    ],
    hint: screen.held === undefined ? "Enter: close the connection" : "",
  };
}
