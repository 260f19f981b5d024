import { DecodeError } from "#base/bytes/decodeError.ts";
import type { Rectangle, Size } from "#base/geometry.ts";
import type { Pixels } from "#base/pixels.ts";
import type { Milliseconds } from "#base/units.ts";
import type { GraphicsCapabilitySet } from "#protocol/channels/graphics/capabilitySet.ts";
import type { InputButton, InputEvent, InputKey, InputLocks } from "#protocol/share/input/inputEvent.ts";
import type { PointerUpdate } from "#protocol/share/pointer/pointerUpdate.ts";
import type { AutoReconnectCookie, SessionInfo } from "#protocol/share/session/saveSessionInfo.ts";
import type { Redirection } from "#protocol/share/session/serverRedirection.ts";
import type { SetErrorInfo } from "#protocol/share/session/status.ts";
import {
  allowOutputBytes,
  channelBytes,
  disconnectBytes,
  frameAcknowledgeBytes,
  inputBytes,
  refreshBytes,
  shutdownRequestBytes,
} from "#protocol/sequences/connect/outgoing.ts";
import type { Capable, ConnectState } from "#protocol/sequences/connect/connectState.ts";
import type { Socket } from "node:net";
import { ClientChannels } from "./clientChannels.ts";
import { ClientFailed, type ClientFailure } from "./clientFailed.ts";
import type { ChosenOptions, PassedMessage } from "./clientOptions.ts";
import { ClientScreen } from "./clientScreen.ts";
import type { ClientStatistics } from "./clientStatistics.ts";
import { StepWatch, type ClientTimings } from "./clientTimings.ts";
import { ClientWire, type SeenCertificate } from "./clientWire.ts";
import { ConnectDriver, type LiveEffect } from "./connectDriver.ts";

/** A client of ours at a server: see `connectClient`. */
export class RdpClient implements AsyncDisposable {
  readonly #options: ChosenOptions;
  readonly #watch: StepWatch;
  readonly #wire: ClientWire;
  readonly #driver: ConnectDriver;
  readonly #screen: ClientScreen;
  readonly #channels: ClientChannels;
  readonly #waiters = new Set<() => void>();
  readonly #ended = Promise.withResolvers<void>();
  readonly #activated = Promise.withResolvers<void>();
  #failure: ClientFailure | undefined;
  #errorInfo: SetErrorInfo["error"] = "none";
  #sessionInfo: SessionInfo | undefined;
  #autoReconnect: AutoReconnectCookie | undefined;
  #redirection: Redirection | undefined;
  #bytesReceived = 0;
  #updates = 0;
  #heartbeats = 0;
  #reactivations = 0;

  /** `socket` is connected, and this client's from now on; the first message goes out at once. */
  constructor(socket: Socket, options: ChosenOptions, watch: StepWatch) {
    this.#options = options;
    this.#watch = watch;
    const { hooks, clock } = options;
    this.#screen = new ClientScreen(
      {
        updated: (area) => this.#updated(area),
        pointerChanged: (pointer) => hooks.onPointer?.(pointer),
        acknowledge: (frameId) => this.#queue((capable) => frameAcknowledgeBytes(capable, frameId)),
      },
      { profile: options.settings.profile, decoded: options.isPictureDecoded, kept: options.kept },
    );
    this.#channels = new ClientChannels({
      sendChunk: (channel, chunk) => this.#whileJoined((joined) => channelBytes(joined, channel.id, chunk)),
      message: (channel, message) => hooks.onChannelMessage?.(channel, message),
      answerOf: (command) => hooks.answerOf?.(command) ?? [command],
      offer: () => options.kept?.offer(),
      apply: (command) => this.#screen.applyGraphics(command),
      present: () => this.#screen.presentGraphics(),
      frameEnded: () => this.#screen.frameEnded(),
    });
    this.#wire = new ClientWire(socket, {
      received: (bytes) => this.#receiveBytes(bytes),
      closed: () => this.#receiveEnd(),
    });
    const settings = { ...options.settings, clientAddress: socket.localAddress ?? "" };
    const { host, random } = options;
    const owner = {
      perform: (effect: LiveEffect) => this.#perform(effect),
      moved: (from: ConnectState, to: ConnectState) => {
        watch.markMove(from.at, to.at, clock.now());
        hooks.onState?.(to);
      },
      passed: (message: PassedMessage) => hooks.onMessage?.(message),
      failed: (failure: ClientFailure) => this.#end(failure),
    };
    this.#driver = new ConnectDriver({ wire: this.#wire, host, settings, clock, random, owner });
    // Who asks for it gets the rejection; nobody need ask.
    this.#activated.promise.catch(() => undefined);
    this.#driver.start();
  }

  /** Resolves when the desktop is there for the first time; rejects with ClientFailed when it ends before. */
  get activated(): Promise<void> {
    return this.#activated.promise;
  }

  /** Where the sequence stands: "active" while the desktop is there. */
  get at(): ConnectState["at"] {
    return this.#driver.state.at;
  }

  /** Of the desktop, in pixels; 0 by 0 before it is there. */
  get size(): Size {
    return this.#screen.size;
  }

  /** The desktop as it is now; lent: copy what must not change. 0 by 0 where pictures are ignored. */
  get picture(): Pixels {
    return this.#screen.pixels;
  }

  get timings(): ClientTimings {
    return this.#watch.timings;
  }

  get statistics(): ClientStatistics {
    return {
      bytesReceived: this.#bytesReceived,
      updates: this.#updates,
      frames: this.#screen.frames,
      undecoded: this.#screen.undecoded,
      heartbeats: this.#heartbeats,
      reactivations: this.#reactivations,
    };
  }

  get certificate(): SeenCertificate | undefined {
    return this.#driver.certificate;
  }

  /** Both sides' agreement: security chosen, the server's blocks and capabilities, channels. */
  get capable(): Capable | undefined {
    return this.#capable;
  }

  /** Why it ended; undefined while it lives. */
  get failure(): ClientFailure | undefined {
    return this.#failure;
  }

  /** The last Set Error Info. */
  get errorInfo(): SetErrorInfo["error"] {
    return this.#errorInfo;
  }

  get sessionInfo(): SessionInfo | undefined {
    return this.#sessionInfo;
  }

  /** For `ClientOptions.autoReconnect`. A secret. */
  get autoReconnect(): AutoReconnectCookie | undefined {
    return this.#autoReconnect;
  }

  get redirection(): Redirection | undefined {
    return this.#redirection;
  }

  get pointer(): PointerUpdate {
    return this.#screen.pointer;
  }

  /** What the graphics pipeline runs by; undefined where the server has not opened it. */
  get graphics(): GraphicsCapabilitySet | undefined {
    return this.#channels.graphics;
  }

  /** Whether `resize` can do anything now. */
  get takesLayouts(): boolean {
    return this.#channels.takesLayouts;
  }

  /** What a person does; dropped while the desktop is not there. */
  sendInput(events: readonly InputEvent[]): void {
    const { state } = this.#driver;
    if (state.at !== "active") return;
    for (const bytes of inputBytes(state.capable, events)) this.#driver.send(bytes);
    this.#driver.flush();
  }

  /** Down and up. `scanCode`: set 1, 0x01 … 0x7f. */
  pressKey(scanCode: number, prefix: Partial<Omit<InputKey, "scanCode">> = {}): void {
    const key = { scanCode, extended: false, extended1: false, ...prefix };
    this.sendInput([
      { is: "key", key, down: true },
      { is: "key", key, down: false },
    ]);
  }

  /** As Unicode input, down and up each. */
  typeText(text: string): void {
    const units = Array.from({ length: text.length }, (_, index) => text.charCodeAt(index));
    this.sendInput(units.flatMap((unit) => [true, false].map((down) => ({ is: "unicode", unit, down }) as const)));
  }

  moveTo(x: number, y: number): void {
    this.sendInput([{ is: "pointerTo", at: { x, y } }]);
  }

  click(x: number, y: number, button: InputButton = "left"): void {
    const at = { x, y };
    this.sendInput([
      { is: "pointerTo", at },
      { is: "button", button, down: true, at },
      { is: "button", button, down: false, at },
    ]);
  }

  synchronize(locks: Partial<InputLocks> = {}): void {
    const none = { scrollLock: false, numLock: false, capsLock: false, kanaLock: false };
    this.sendInput([{ is: "synchronize", locks: { ...none, ...locks } }]);
  }

  /** Another desktop size, please, by display control. False: the server takes no wishes (now). */
  resize(size: Size): boolean {
    const asked = this.#channels.resize(size);
    this.#driver.flush();
    return asked;
  }

  /** These areas again; everything where none is named. */
  refresh(areas: readonly Rectangle[] = [{ x: 0, y: 0, ...this.size }]): void {
    this.#whileActive((capable) => refreshBytes(capable, areas));
  }

  /** What of the desktop is seen; "nothing" as in a minimised window. */
  allowOutput(area: Rectangle | "nothing" = { x: 0, y: 0, ...this.size }): void {
    this.#whileActive((capable) => allowOutputBytes(capable, area === "nothing" ? undefined : area));
  }

  /** A whole message on a static channel. False: the server has no such channel. */
  sendChannelMessage(name: string, message: Uint8Array): boolean {
    const channel = this.#capable?.channels.find((each) => each.name === name);
    if (channel === undefined) return false;
    this.#channels.send(channel, message);
    this.#driver.flush();
    return true;
  }

  /** "May I go?", as when a person closes the window. The server closes, or denies. */
  requestShutdown(): void {
    this.#whileActive(shutdownRequestBytes);
  }

  /**
   * Resolves as soon as the condition holds (tried now, and after each batch of bytes that comes). Rejects with
   * ClientFailed when the client ends before, or `within` has passed. `what`: for the message.
   */
  async waitFor(what: string, condition: () => boolean, within: Milliseconds): Promise<void> {
    if (condition()) return;
    if (this.#failure !== undefined) throw new ClientFailed(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new ClientFailed({ is: "timedOut", at: what, after: within })), within);
    const attempt = (): void => {
      if (condition()) resolve();
      else if (this.#failure !== undefined) reject(new ClientFailed(this.#failure));
    };
    this.#waiters.add(attempt);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      this.#waiters.delete(attempt);
    }
  }

  /** Goodbye in good order; resolves when the socket is gone (after two seconds it is cut). */
  async close(): Promise<void> {
    if (this.#failure === undefined) {
      this.#whileJoined(disconnectBytes);
      this.#end({ is: "closedHere" });
    }
    const timer = setTimeout(() => this.#wire.reset(), farewell);
    await this.#ended.promise;
    clearTimeout(timer);
  }

  /** Cuts the wire without a word, as when the network goes: the server sees a reset. */
  destroy(): void {
    this.#end({ is: "closedHere" }, { cut: true });
  }

  /** Ends it with a reason of the caller's. */
  giveUp(failure: ClientFailure): void {
    this.#end(failure, { cut: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  get #capable(): Capable | undefined {
    const { state } = this.#driver;
    return "capable" in state ? state.capable : undefined;
  }

  #receiveBytes(bytes: Uint8Array): void {
    if (this.#failure !== undefined) return;
    this.#bytesReceived += bytes.length;
    this.#driver.receiveBytes(bytes);
    this.#wake();
  }

  #receiveEnd(): void {
    this.#driver.receiveEnd();
    this.#ended.resolve();
    this.#wake();
  }

  #perform(effect: LiveEffect): void {
    try {
      this.#apply(effect);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      this.#driver.fail({ is: "malformed", at: this.at, problem: error.message });
    }
  }

  #apply(effect: LiveEffect): void {
    switch (effect.do) {
      case "activate":
        if (effect.again) this.#reactivations++;
        this.#screen.activate(effect.capable.size);
        return this.#activated.resolve();
      case "fastPathOutput":
        return this.#screen.receiveFastPath(effect.bytes);
      case "update":
        return this.#screen.receiveUpdate(effect.update);
      case "pointer":
        return this.#screen.receivePointer(effect.pointer);
      case "channelChunk":
        return this.#channels.receive(effect.channel, effect.chunk);
      case "sessionInfo":
        this.#sessionInfo = effect.info;
        if (effect.info.is === "extended") this.#autoReconnect = effect.info.cookie ?? this.#autoReconnect;
        return;
      case "errorInfo":
        this.#errorInfo = effect.error;
        return;
      case "licensing":
        return this.#options.hooks.onLicensing?.(effect.message);
      case "heartbeat":
        this.#heartbeats++;
        return;
      case "redirected":
        this.#redirection = effect.redirection;
        return;
      case "deactivated":
      case "told":
        return;
    }
  }

  #updated(area: Rectangle): void {
    this.#updates++;
    this.#watch.mark("firstUpdate", this.#options.clock.now());
    this.#options.hooks.onUpdate?.(area);
  }

  /** Dropped while the share is down. */
  #whileActive(message: (capable: Capable) => Uint8Array): void {
    this.#queue(message);
    this.#driver.flush();
  }

  #queue(message: (capable: Capable) => Uint8Array): void {
    const { state } = this.#driver;
    if (state.at === "active") this.#driver.send(message(state.capable));
  }

  /** Channels live on while the share is down. */
  #whileJoined(message: (joined: Parameters<typeof channelBytes>[0]) => Uint8Array): void {
    const { state } = this.#driver;
    const joined = "capable" in state ? state.capable : "joined" in state ? state.joined : undefined;
    if (joined !== undefined) this.#driver.send(message(joined));
  }

  #end(failure: ClientFailure, options: { readonly cut?: boolean } = {}): void {
    if (this.#failure !== undefined) return;
    this.#failure = failure;
    this.#driver.flush();
    if (options.cut === true) this.#wire.reset();
    else if (failure.is === "closedHere") this.#wire.end();
    else this.#wire.finish();
    this.#options.hooks.onEnd?.(failure);
    this.#activated.reject(new ClientFailed(failure));
    this.#wake();
  }

  #wake(): void {
    for (const attempt of this.#waiters) attempt();
  }
}

const farewell = 2000;
