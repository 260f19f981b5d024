import type { Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { handleChooser, viewChooser, type ChooserAction, type ChooserScreen } from "./chooserScreen.ts";
import { paint } from "./paint.ts";
import { handleRefusal, viewRefusal, type RefusalAction, type RefusalScreen } from "./refusalScreen.ts";
import type { ScreenEvent } from "./screenEvent.ts";
import { handleSignIn, viewSignIn, type SignInAction, type SignInScreen } from "./signInScreen.ts";
import { handleWait, viewWait, type WaitAction, type WaitScreen } from "./waitScreen.ts";
import type { View } from "./widgets.ts";

/** A screen that Holdfast draws itself, as plain data. */
export type Screen = SignInScreen | WaitScreen | RefusalScreen | ChooserScreen;

/** What a screen wants done. */
export type ScreenAction = SignInAction | WaitAction | RefusalAction | ChooserAction;

/** Draws a screen on a new picture. Any size will do; 640 by 480 shows all of it. */
export function draw(screen: Screen, size: Size): Pixels {
  return paint(viewOf(screen), size);
}

/** What an event makes of a screen. The model is the same object when nothing is to be drawn again. */
export function handle(
  screen: Screen,
  event: ScreenEvent,
  size: Size,
): { readonly model: Screen; readonly action?: ScreenAction } {
  switch (screen.is) {
    case "signIn":
      return handleSignIn(screen, event, size);
    case "wait":
      return handleWait(screen, event, size);
    case "refusal":
      return handleRefusal(screen, event, size);
    case "chooser":
      return handleChooser(screen, event, size);
  }
}

function viewOf(screen: Screen): View {
  switch (screen.is) {
    case "signIn":
      return viewSignIn(screen);
    case "wait":
      return viewWait(screen);
    case "refusal":
      return viewRefusal(screen);
    case "chooser":
      return viewChooser(screen);
  }
}
