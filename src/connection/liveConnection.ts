import type { Size } from "#base/geometry.ts";
import { limits } from "#base/limits.ts";
import type { Client } from "#contracts/facts.ts";
import type { SessionToTake } from "#contracts/service.ts";
import type { Desktop, ScreenLayout } from "#desktop/desktop.ts";
import { waitScreen } from "#desktop/screens/waitScreen.ts";
import { displayControlChannelName, graphicsChannelName } from "#protocol/channels/channelNames.ts";
import type { GraphicsFeatures } from "#protocol/channels/graphics/graphicsVersion.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { shareBytes } from "#protocol/sequences/accept/outgoing.ts";
import type { Refusal } from "#refusals/refusal.ts";
import { attach, SessionOver, type Attachment, type AttachOptions } from "./attachment.ts";
import { Channels, type DynamicListener } from "./channels.ts";
import type { ClientSocket } from "./clientSocket.ts";
import { ClientGraphics } from "./clientGraphics.ts";
import { arrivalOf, clientOf, keyboardOf, wantedOf } from "./clientWishes.ts";
import type { ConnectionParts } from "./connection.ts";
import { endOf } from "./detachment.ts";
import { DisplayControlChannel } from "./displayControlChannel.ts";
import { asksNobody, FrontDesk, type Attach, type NlaOutcome } from "./frontDesk.ts";
import { watchFirstPicture, type FirstPicture } from "./firstPicture.ts";
import type { ConnectionJourney } from "./journey.ts";
import { InputDelays } from "./inputDelays.ts";
import { InputRouter } from "./inputRouter.ts";
import { KeepAlive } from "./keepAlive.ts";
import { LogonNews } from "./logonNews.ts";
import { openPicture, type OpenPicture } from "./openPicture.ts";
import type { Picture } from "./picture.ts";
import { SessionBoxes } from "./sessionBoxes.ts";
import { ScreenStage } from "./screenStage.ts";
import type { LiveEffect } from "./sequenceDriver.ts";
import type { ServiceLink } from "./serviceLink.ts";
import { firstLayout, requestedLayout } from "./screenLayout.ts";
import { WishedSize } from "./wishedSize.ts";

export interface LiveConnectionOptions extends ConnectionParts {
  readonly capable: Capable;
  readonly wire: ClientSocket;
  readonly link: ServiceLink;
  readonly journey: ConnectionJourney;
  readonly nla: NlaOutcome | undefined;
  /** Tells a client without RDPGFX of another size; it answers with a reactivation. */
  readonly resize: (size: Size) => void;
  readonly refuse: (refusal: Refusal) => void;
  /** As `refuse`, for a client that hears nothing any more. */
  readonly vanished: (refusal: Refusal) => void;
  readonly crashed: (error: unknown) => void;
}

/** A client that can be shown something: first our own screens, then the desktop of its session. */
export class LiveConnection {
  readonly #options: LiveConnectionOptions;
  readonly #client: Client;
  readonly #input = new InputRouter();
  readonly #inputDelays: InputDelays;
  readonly #channels: Channels;
  readonly #graphics: ClientGraphics;
  readonly #keepAlive: KeepAlive;
  readonly #stage: ScreenStage;
  readonly #desk: FrontDesk;
  readonly #boxes: SessionBoxes;
  readonly #logon: LogonNews;
  #capable: Capable;
  #open: OpenPicture | undefined;
  #attachment: Attachment | undefined;
  #firstPicture: FirstPicture | undefined;
  /** The session was taken away, and its client is being told. */
  #isDetached = false;
  #collectSoon: NodeJS.Timeout | undefined;
  /** Our own screens are to be shown then, unless the session's desktop comes before. */
  #stageSoon: NodeJS.Timeout | undefined;
  #isStageShown = false;
  /** The share is down until the client has taken it up at another size. */
  #isReactivating = false;
  #isClosed = false;
  readonly #wished: WishedSize;

  constructor(options: LiveConnectionOptions) {
    this.#options = options;
    const { capable, wire, link, start, clock } = options;
    this.#capable = capable;
    this.#inputDelays = new InputDelays(clock.now);
    this.#wished = new WishedSize({
      first: requestedLayout(capable.client),
      follow: (layout) => this.#follow(layout),
      failed: options.crashed,
    });
    this.#client = clientOf(capable, link.facts.client.address);
    const write = (pieces: readonly Uint8Array[]) => wire.write(pieces);
    this.#graphics = new ClientGraphics({
      link,
      client: this.#client,
      now: clock.now,
      picture: () => this.#picture,
      lost: () => this.#goOnWithoutGraphics(),
    });
    this.#channels = new Channels({ joined: capable, write, listeners: this.#listeners() });
    const { keepAliveSeconds } = start.settings;
    this.#keepAlive = new KeepAlive({
      capable,
      seconds: keepAliveSeconds,
      wire,
      mayDraw: () => this.#picture !== undefined && !this.#isReactivating,
      vanished: () => options.vanished({ code: "HF-WIRE-07", seconds: keepAliveSeconds }),
      now: clock.now,
    });
    const screen = waitScreen({ host: start.hostName, title: "Please wait", waitsFor: undefined, log: [] });
    this.#stage = new ScreenStage({ sizeMax, screen });
    this.#boxes = new SessionBoxes({ link, now: clock.now, exchange: (...to) => this.#exchange(...to) });
    this.#logon = new LogonNews({
      ...options,
      capable: () => this.#capable,
      isReactivating: () => this.#isReactivating,
    });
    this.#desk = new FrontDesk({
      stage: this.#stage,
      link,
      journey: options.journey,
      start,
      client: this.#client,
      tellLogon: (notification) => this.#logon.notify(notification),
      awaken: () => this.#showStage(),
    });
  }

  get capable(): Capable {
    return this.#capable;
  }

  begin(): void {
    const { link } = this.#options;
    link.change({ client: this.#client, step: "active" });
    link.overlayTurner = (shown) => this.#open?.turnOverlay(shown);
    link.sessionTaker = (order) => void this.#takeSession(order);
    this.#run().catch((error: unknown) => this.#options.crashed(error));
  }

  /** The client has taken the share up at another size. */
  reactivated(capable: Capable): void {
    this.#capable = capable;
    this.#isReactivating = false;
    this.#open?.pointer.forget();
    this.#picture?.reactivated(capable.size);
  }

  heard(): void {
    this.#keepAlive.noteHeard();
  }

  drained(): void {
    this.#picture?.drained();
  }

  /** Throws DecodeError for what the channels cannot read. */
  perform(effect: Exclude<LiveEffect, { do: "activate" } | { do: "clientLeft" }>): void {
    switch (effect.do) {
      case "input":
        this.#inputDelays.noteArrived(effect.events);
        this.#input.receive(effect.events);
        this.#inputDelays.awaitGiven(this.#input.given());
        this.#picture?.touched();
        return this.#attachment?.noteInput();
      case "channelChunk":
        return this.#channels.receiveChunk(effect.channel, effect.chunk);
      case "messageChannel":
        return this.#keepAlive.receive(effect.data);
      case "allowOutput":
        return this.#picture?.allow(effect.area);
      case "refresh":
        return this.#picture?.refresh(effect.areas);
      case "frameAcknowledged":
        return this.#picture?.acknowledged(effect.frame);
      case "shutdownRequested":
        this.#graphics.noteGoing();
        // The user may close the window: the session goes on, so nothing is denied. MS-RDPBCGR 3.3.5.2
        return this.#options.wire.write([shareBytes(this.#capable, { is: "shutdownDenied" })]);
    }
  }

  /** `clientLeft`: it was not sent away. */
  close({ clientLeft }: { readonly clientLeft: boolean }): void {
    this.#isClosed = true;
    this.#graphics.ended(clientLeft ? "left" : "other");
    clearTimeout(this.#collectSoon);
    clearTimeout(this.#stageSoon);
    this.#keepAlive.close();
    this.#logon.left();
    this.#firstPicture?.close();
    this.#boxes.over(undefined);
    this.#input.route(undefined);
    this.#open?.close();
    this.#attachment?.close();
    this.#stage.desktop.close();
  }

  get #picture(): Picture | undefined {
    return this.#open?.picture;
  }

  async #run(): Promise<void> {
    this.#options.journey.enter("graphics");
    this.#openPicture(await this.#graphics.agree(this.#capable, this.#channels));
    const arrival = arrivalOf(this.#capable, this.#options.nla);
    // Drawing a screen that nobody has the time to read would keep a returning user from his desktop.
    if (asksNobody(arrival)) this.#stageSoon = setTimeout(() => this.#showStage(), stageShownAfter);
    else this.#showStage();
    const result = await this.#desk.lead(arrival, wantedOf(this.#capable, this.#wished.layout));
    switch (result.is) {
      case "left":
        return this.#options.refuse(result.refusal ?? { code: "HF-SIGN-10" });
      case "refused":
        return this.#showRefusal(result.refusal);
      case "attach":
        return this.#attach(result);
    }
  }

  /** With RDPGFX where the client agrees to it, otherwise by what its capabilities say. */
  #openPicture(features: GraphicsFeatures | undefined): void {
    const { wire, link, clock, start, crashed, chooseEncoder, startKernels } = this.#options;
    const encoder = chooseEncoder(this.#capable, features);
    this.#graphics.watch(encoder);
    const { rejected } = this.#graphics;
    const without = rejected.length === 0 ? {} : { without: rejected };
    this.#open = openPicture({
      capable: this.#capable,
      wire,
      graphics: (message) => this.#graphics.send(message),
      owner: {
        reactivate: (size) => {
          this.#isReactivating = true;
          this.#options.resize(size);
        },
        desktopEnded: (why) => this.#desktopEnded(why),
        failed: crashed,
      },
      encoder,
      framesPerSecond: start.settings.framesPerSecond,
      startKernels,
      now: clock.now,
      inputDelays: this.#inputDelays,
      sent: () => this.#graphics.noteSent(),
      tell: (picture) => link.change({ picture: { ...picture, ...without } }),
    });
  }

  /** It has closed the channel of its pictures: it gets them by what its capabilities say. */
  #goOnWithoutGraphics(): void {
    const seen = this.#open?.seen;
    this.#open?.close();
    this.#openPicture(undefined);
    if (seen !== undefined) this.#open?.show(seen);
  }

  #show(desktop: Desktop, names?: Parameters<OpenPicture["show"]>[1]): void {
    this.#open?.show(desktop, names);
    this.#input.route(desktop);
  }

  #exchange(picture: Desktop, input: Desktop): void {
    this.#input.exchange(input);
    this.#open?.exchange(picture);
  }

  async #attach(given: Attach & { readonly user: string }): Promise<void> {
    const { link, journey, start, clock } = this.#options;
    journey.enter("attach");
    try {
      const attaching = this.#attachTo(given, (reason) => this.#detached(reason));
      const attachment = await journey.waitFor("the session's keeper and X server", attaching);
      // The client left meanwhile: who takes the session next must not find us there.
      if (this.#isClosed) return attachment.close();
      this.#attachment = attachment;
      await attachment.desktop.resize(this.#wished.layout);
      // The session was taken away meanwhile, and the client has been told.
      if (this.#attachment !== attachment) return;
      journey.enter("firstFrame");
      this.#showSession(attachment, given);
      this.#hideStage();
      this.#firstPicture = watchFirstPicture(attachment, { boxes: this.#boxes, journey, start, now: clock.now });
      this.#collectSoon = setTimeout(() => this.#options.collectGarbage(), collectedAfter);
    } catch (error) {
      if (error instanceof SessionOver) return this.#detached({ is: "sessionEnded", end: error.end });
      const problem = error instanceof Error ? error.message : String(error);
      if (this.#attachment !== undefined) return this.#desktopEnded(problem);
      if (!this.#isDetached) await this.#showRefusal({ code: "HF-SESS-07", problem });
      return;
    }
    link.change({ authenticated: true, user: given.user, session: given.session });
  }

  async #attachTo(given: Pick<Attach, "keeperPath" | "ticket">, detached: AttachOptions["detached"]) {
    const { clock, log } = this.#options;
    const attachment = await attach({ ...given, now: clock.now, log, detached });
    // A keyboard that cannot be set is no reason to keep somebody from his desktop.
    attachment.setKeyboard(keyboardOf(this.#capable)).catch((error: unknown) => {
      log.warn("keyboardNotSet", { why: error instanceof Error ? error.message : String(error) });
    });
    return attachment;
  }

  /** The client is told first: the screen may take the share down for another size. */
  #showSession({ desktop }: Attachment, given: Parameters<LogonNews["signedIn"]>[0]): void {
    this.#logon.signedIn(given);
    this.#show(desktop, this.#options.tileNamesOf(given.user));
    this.#boxes.over(desktop);
  }

  /** Somebody brings another session here (`tscon`); the one that was here goes on without us. */
  async #takeSession(order: SessionToTake): Promise<void> {
    const { link, log } = this.#options;
    const problem = await this.#goOver(order).catch((error: unknown) =>
      error instanceof Error ? error.message : String(error),
    );
    link.tell("sessionTaken", { id: order.id, ...(problem === undefined ? {} : { problem }) });
    if (problem === undefined) link.change({ session: order.session });
    else log.warn("sessionNotTaken", { session: order.session, problem });
  }

  /** Resolves with why not; then the client is where it was. */
  async #goOver(order: SessionToTake): Promise<string | undefined> {
    const former = this.#attachment;
    if (former === undefined) return "it is not at a session";
    let state: "coming" | "here" | "lost" = "coming";
    const attachment = await this.#attachTo(order, (reason) => {
      if (state === "here") this.#detached(reason);
      else state = "lost";
    });
    await attachment.desktop.resize(this.#wished.layout);
    const isLost = () => state === "lost";
    if (isLost() || this.#isClosed || this.#attachment !== former) {
      attachment.close();
      return isLost() ? "the session has just ended" : "its client has just left";
    }
    state = "here";
    this.#firstPicture?.close();
    this.#attachment = attachment;
    this.#showSession(attachment, order);
    former.close();
    return undefined;
  }

  #detached(reason: Parameters<AttachOptions["detached"]>[0]): void {
    this.#attachment = undefined;
    this.#isDetached = true;
    this.#logon.left();
    this.#firstPicture?.close();
    this.#boxes.over(undefined);
    const { refusal, shown } = endOf(reason);
    if (shown) void this.#showRefusal(refusal);
    else this.#options.refuse(refusal);
  }

  async #showRefusal(refusal: Refusal): Promise<void> {
    this.#showStage();
    await this.#desk.showRefusal(refusal);
    this.#options.refuse(refusal);
  }

  #showStage(): void {
    clearTimeout(this.#stageSoon);
    if (this.#isStageShown || this.#isClosed) return;
    this.#isStageShown = true;
    this.#stage.wake(firstLayout(this.#wished.layout));
    this.#show(this.#stage.desktop);
  }

  #hideStage(): void {
    clearTimeout(this.#stageSoon);
    this.#isStageShown = false;
    this.#stage.sleep();
  }

  #desktopEnded(why: string): void {
    // The keeper knows more, and says so in a moment; this is for when it does not.
    setTimeout(() => {
      if (this.#attachment !== undefined) this.#options.refuse({ code: "HF-SESS-07", problem: why });
    }, keeperSpeaksWithin).unref();
  }

  async #follow(layout: ScreenLayout): Promise<void> {
    if (this.#attachment !== undefined) await this.#attachment.desktop.resize(layout);
    else if (this.#isStageShown) await this.#stage.desktop.resize(firstLayout(layout));
  }

  #listeners(): ReadonlyMap<string, DynamicListener> {
    const displayControl = new DisplayControlChannel({ sizeMax, resize: (layout) => this.#wished.wish(layout) });
    return new Map([
      [graphicsChannelName, this.#graphics.listener],
      [displayControlChannelName, displayControl],
    ]);
  }
}

const sizeMax: Size = { width: limits.desktopWidth, height: limits.desktopHeight };
const keeperSpeaksWithin = 1000;
/** Most who return have their desktop by then. */
const stageShownAfter = 500;
// What the handshake and our own screens have used is garbage by then, and the user is still looking around.
const collectedAfter = 1500;
