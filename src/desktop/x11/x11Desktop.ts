import { sameSize, type Point, type Rectangle, type Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import { seconds, type Instant } from "#base/units.ts";
import type { Geometry, Randr, X11Event } from "x11";
import type {
  CursorShape,
  Desktop,
  DesktopListener,
  Key,
  LockKeys,
  Monitor,
  PixelFile,
  PointerButton,
  ScreenLayout,
} from "../desktop.ts";
import { CursorWatch } from "./cursorWatch.ts";
import { DamageWatch } from "./damageWatch.ts";
import { askedFramebuffer } from "./askedFramebuffer.ts";
import type { Framebuffer } from "./framebuffer.ts";
import { InputQueue } from "./inputQueue.ts";
import { mapFramebuffer } from "./mappedFramebuffer.ts";
import { X11Monitors } from "./monitors.ts";
import { possibleMonitors, possibleSize, resizeScreen, sameMonitors, sameScale, scaleOf } from "./screenSize.ts";
import { X11Connection } from "./x11Connection.ts";
import { X11Keyboard } from "./x11Keyboard.ts";
import { X11Pointer } from "./x11Pointer.ts";

export interface X11DesktopOptions {
  /** The N of `:N`. */
  readonly display: number;
  /** MIT-MAGIC-COOKIE-1 in hexadecimal. */
  readonly cookie: string;
  /**
   * The file of `Xvfb -fbdir`; stays the caller's, and may be closed once we are open. undefined: pixels are asked from
   * the server.
   */
  readonly framebufferFd: number | undefined;
  readonly sizeMax: Size;
  readonly now: () => Instant;
  /** What the server complains about, one sentence each. */
  readonly log: (line: string) => void;
}

/** Attaches to the screen of an X server. Rejects with one sentence when that is not possible. */
export async function openX11Desktop(options: X11DesktopOptions): Promise<Desktop> {
  const connection = await X11Connection.open({ ...options, answerWithin: ANSWER_WITHIN });
  let framebuffer: Framebuffer | undefined;
  try {
    const [damage, fixes, randr, xtest, xkb] = await Promise.all([
      connection.extension("damage"),
      connection.extension("fixes"),
      connection.extension("randr"),
      connection.extension("xtest"),
      connection.extension("xkb"),
    ]);
    framebuffer =
      options.framebufferFd === undefined
        ? await askedFramebuffer(connection, options.log)
        : mapFramebuffer(options.framebufferFd, options);
    xtest.GrabControl(true);
    randr.SelectInput(connection.root, randr.NotifyMask.ScreenChange);
    const keyboard = await X11Keyboard.open(connection, { xtest, xkb }, options.now);
    const desktop = new X11Desktop(options, {
      connection,
      framebuffer,
      randr,
      keyboard,
      pointer: new X11Pointer(connection, xtest),
      damage: new DamageWatch(connection, { damage, fixes }),
      cursor: new CursorWatch(connection, fixes, () => desktop.listener?.cursorChanged()),
      size: await serverSize(connection),
      monitors: (await new X11Monitors(connection, randr).list()).filter(({ automatic }) => !automatic),
    });
    await desktop.begin();
    return desktop;
  } catch (error) {
    connection.close();
    framebuffer?.close();
    throw error;
  }
}

interface Parts {
  readonly connection: X11Connection;
  readonly framebuffer: Framebuffer;
  readonly randr: Randr;
  readonly keyboard: X11Keyboard;
  readonly pointer: X11Pointer;
  readonly damage: DamageWatch;
  readonly cursor: CursorWatch;
  readonly size: Size;
  /** As a connection before this one has left them. */
  readonly monitors: readonly Monitor[];
}

class X11Desktop implements Desktop {
  readonly sizeMax: Size;
  #listener: DesktopListener | undefined;
  readonly #parts: Parts;
  readonly #log: (line: string) => void;
  readonly #input: InputQueue;
  #size: Size;
  #monitors: readonly Monitor[];
  /** In per cent. */
  #scale: number;
  /** The listener knows of damage that was not taken yet. */
  #told = false;
  /** There may be damage that was not taken yet. */
  #damaged = true;
  #resizing: Promise<unknown> = Promise.resolve();

  constructor(options: X11DesktopOptions, parts: Parts) {
    this.#parts = parts;
    this.#log = options.log;
    const fits = parts.framebuffer.sizeMax ?? options.sizeMax;
    this.sizeMax = {
      width: Math.min(options.sizeMax.width, fits.width),
      height: Math.min(options.sizeMax.height, fits.height),
    };
    this.#size = { width: parts.size.width, height: parts.size.height };
    this.#monitors = parts.monitors;
    this.#scale = scaleOf(parts.connection);
    parts.framebuffer.resized(this.#size);
    this.#input = new InputQueue({
      onFailure: (error) => this.#failed(error),
      onOverflow: () => this.#releaseAllNow(),
    });
  }

  /** Listens to the server, and learns the cursor. */
  async begin(): Promise<void> {
    const { connection, cursor } = this.#parts;
    connection.onEvent = (event) => this.#receiveEvent(event);
    connection.onEnded = (why) => {
      const listener = this.listener;
      this.listener = undefined;
      listener?.ended(why);
    };
    await cursor.update();
  }

  get listener(): DesktopListener | undefined {
    return this.#listener;
  }

  /** Whoever begins to listen is told in a later turn of the damage that is there. */
  set listener(listener: DesktopListener | undefined) {
    this.#listener = listener;
    this.#told = false;
    if (listener === undefined) return;
    setImmediate(() => {
      if (this.#damaged) this.#tellDamage();
    });
  }

  get size(): Size {
    return this.#size;
  }

  get monitors(): readonly Monitor[] {
    return this.#monitors;
  }

  get pixels(): Pixels {
    return this.#parts.framebuffer.pixels;
  }

  get pixelFile(): PixelFile | undefined {
    return this.#parts.framebuffer.pixelFile;
  }

  get cursor(): CursorShape | undefined {
    return this.#parts.cursor.cursor;
  }

  /** Empty also when the server has ended: the listener is told of that. */
  async takeDamage(): Promise<readonly Rectangle[]> {
    this.#told = false;
    this.#damaged = false;
    try {
      const parts = await this.#parts.damage.take(() => this.#size);
      await this.#parts.framebuffer.refresh(parts);
      return parts;
    } catch (error) {
      this.#failed(error);
      return [];
    }
  }

  /** Wishes that come while one is carried out wait for it. When the server refuses, the size stays what it was. */
  resize(layout: ScreenLayout): Promise<Size> {
    const resized = this.#resizing.then(async () => {
      const possible = possibleSize(layout, this.sizeMax);
      const monitors = possibleMonitors(layout, possible);
      const scale = layout.scale ?? 100;
      const isArranged = sameMonitors(monitors, this.#monitors) && sameScale(scale, this.#scale);
      const isSized = sameSize(possible, this.#size);
      if (isSized && isArranged) return this.#size;
      const before = this.#monitors;
      // The server tells of the new size before it answers.
      this.#monitors = monitors;
      try {
        await resizeScreen(this.#parts.connection, this.#parts.randr, { ...possible, monitors, scale });
        this.#scale = scale;
        if (isSized) this.#tellResized();
        else this.#applySize(possible);
      } catch (error) {
        this.#monitors = before;
        this.#failed(error);
      }
      return this.#size;
    });
    this.#resizing = resized;
    return resized;
  }

  key(key: Key, down: boolean): void {
    this.#do(() => this.#parts.keyboard.key(key, down));
  }

  /** Typed when it goes down; going up means nothing more. */
  character(codePoint: number, down: boolean): void {
    if (down) this.#do(() => this.#parts.keyboard.type(codePoint));
  }

  pointerTo(at: Point): void {
    this.#do(() => this.#parts.pointer.moveTo(at, this.#size));
  }

  pointerBy(offset: Point): void {
    this.#do(() => this.#parts.pointer.moveBy(offset));
  }

  button(button: PointerButton, down: boolean): void {
    this.#do(() => this.#parts.pointer.button(button, down));
  }

  wheel(turn: { readonly vertical: number; readonly horizontal: number }): void {
    this.#do(() => this.#parts.pointer.wheel(turn));
  }

  setLockKeys(locks: LockKeys): void {
    this.#do(() => this.#parts.keyboard.setLocks(locks));
  }

  inputGiven(): Promise<void> {
    return new Promise((resolve) => this.#input.run(resolve));
  }

  releaseAll(): void {
    this.#do(() => this.#releaseAllNow());
  }

  close(): void {
    this.listener = undefined;
    this.#parts.connection.close();
    this.#parts.framebuffer.close();
  }

  #do(step: () => void | Promise<void>): void {
    this.#input.run(() => (this.#parts.connection.isOpen ? step() : undefined));
  }

  async #releaseAllNow(): Promise<void> {
    await Promise.all([this.#parts.keyboard.releaseAll(), this.#parts.pointer.releaseAll()]);
  }

  #receiveEvent(event: X11Event): void {
    switch (event.name) {
      case "DamageNotify":
        this.#parts.damage.notified();
        this.#tellDamage();
        break;
      case "CursorNotify":
        this.#parts.cursor.update().catch((error: unknown) => this.#failed(error));
        break;
      case "RRScreenChangeNotify":
        this.#applySize({ width: event.width ?? 0, height: event.height ?? 0 });
        break;
      case "MappingNotify":
      case "XkbEvent":
        this.#parts.keyboard.mappingChanged();
        break;
      default:
        break;
    }
  }

  /** By us or by a program of the session. What does not fit into the framebuffer cannot be shown, and is not. */
  #applySize(size: Size): void {
    const fits = this.#parts.framebuffer.sizeMax ?? size;
    const shown = { width: Math.min(size.width, fits.width), height: Math.min(size.height, fits.height) };
    if (sameSize(shown, this.#size) || !this.#parts.connection.isOpen) return;
    this.#size = shown;
    this.#monitors = possibleMonitors({ ...shown, monitors: this.#monitors }, shown);
    this.#parts.framebuffer.resized(shown);
    this.#tellResized();
  }

  /** The picture begins anew, also where only its monitors are others. */
  #tellResized(): void {
    this.#parts.damage.everything();
    this.listener?.resized(this.#size);
    this.#tellDamage();
  }

  #tellDamage(): void {
    this.#damaged = true;
    if (this.#told || this.#listener === undefined) return;
    this.#told = true;
    this.#listener.damaged();
  }

  /** The death of the server is told by the connection; only what else goes wrong is worth a line. */
  #failed(error: unknown): void {
    if (!this.#parts.connection.isOpen) return;
    this.#log(error instanceof Error ? error.message : String(error));
  }
}

/** To be asked after the events of RandR were selected, so that no change is missed. */
const serverSize = (connection: X11Connection): Promise<Geometry> =>
  connection.ask("GetGeometry", (answer) => connection.client.GetGeometry(connection.root, answer));

const ANSWER_WITHIN = seconds(5);
