import type { RejectableCodec } from "#base/rejectableCodec.ts";
import type { Instant } from "#base/units.ts";
import type { Client } from "#contracts/facts.ts";
import type { GraphicsEndNews } from "#contracts/service.ts";
import type { Encoder } from "#pipeline/encoder.ts";
import type { OfferedTile } from "#pipeline/encoders/tileCache.ts";
import { graphicsChannelName } from "#protocol/channels/channelNames.ts";
import { withoutRejected, type GraphicsFeatures } from "#protocol/channels/graphics/graphicsVersion.ts";
import type { Capable } from "#protocol/sequences/accept/acceptState.ts";
import { CallFailed } from "#system/rpc/failures.ts";
import type { Channels, DynamicListener } from "./channels.ts";
import { CodecTrials } from "./codecTrials.ts";
import { GraphicsChannel } from "./graphicsChannel.ts";
import type { Picture } from "./picture.ts";
import type { ServiceLink } from "./serviceLink.ts";
import { withDeadline } from "./withDeadline.ts";

export interface ClientGraphicsOptions {
  readonly link: Pick<ServiceLink, "call" | "tell">;
  readonly client: Client;
  readonly now: () => Instant;
  /** What the client sees; undefined: nothing yet. */
  readonly picture: () => Picture | undefined;
  /** The client has closed the channel of its pictures, and stays: it is to be shown them otherwise. */
  readonly lost: () => void;
}

/** RDPGFX with one client: whether it comes to it, what is sent by it, and what its end means. */
export class ClientGraphics {
  /** For the channels. */
  readonly listener: DynamicListener;
  readonly #options: ClientGraphicsOptions;
  readonly #channel: GraphicsChannel;
  #send: ((message: Uint8Array) => void) | undefined;
  #decided: (usable: GraphicsFeatures | undefined) => void = () => {};
  #rejected: readonly RejectableCodec[] = [];
  #trials: CodecTrials | undefined;
  /** What the client offered before there was an encoder. */
  #offers: (readonly OfferedTile[])[] = [];
  #isGoing = false;
  #lostSoon: NodeJS.Timeout | undefined;

  constructor(options: ClientGraphicsOptions) {
    this.#options = options;
    const { picture } = options;
    this.#channel = new GraphicsChannel({
      send: (message) => this.#send?.(message),
      say: (command) => picture()?.say(command) ?? false,
      offered: (tiles) => this.#offered(tiles),
      agreed: (features) => this.#decided(features),
      acknowledged: (frame) => {
        this.#trials?.noteAcknowledged(frame, picture()?.facts?.frames ?? 0);
        picture()?.acknowledged(frame);
      },
      suspended: (suspended) => {
        this.#trials?.noteSuspended(suspended);
        picture()?.suspended(suspended);
      },
    });
    this.listener = {
      opened: (send) => (this.#send = send),
      received: (message) => this.#channel.receive(message),
      gone: () => this.#gone(),
    };
  }

  /** What is not sent to this client, as it has rejected it. */
  get rejected(): readonly RejectableCodec[] {
    return this.#rejected;
  }

  /**
   * Opens the channels; resolves with what may be sent by RDPGFX, or undefined when the client does not agree to it in
   * time.
   */
  async agree(
    { client }: Pick<Capable, "client">,
    channels: Pick<Channels, "start" | "hasDynamic">,
  ): Promise<GraphicsFeatures | undefined> {
    const isHoped =
      client.clientCore.earlyCapabilityFlags?.includes("graphicsPipeline") === true && channels.hasDynamic;
    if (isHoped) this.#rejected = await this.#ask();
    const isUsed = isHoped && !this.#rejected.includes("graphics");
    const decided = new Promise<GraphicsFeatures | undefined>((resolve) => (this.#decided = resolve));
    channels.start({ without: isUsed ? [] : [graphicsChannelName] });
    const features = isUsed ? await withDeadline(decided, decidedWithin) : undefined;
    this.#decided = () => {};
    return features && withoutRejected(features, this.#rejected);
  }

  send(message: Uint8Array): void {
    this.#send?.(message);
  }

  /** From now on pictures go by this encoder. */
  watch(encoder: Pick<Encoder, "firstFrames" | "offer">): void {
    const { firstFrames } = encoder;
    for (const tiles of this.#offers.splice(0)) encoder.offer?.(tiles);
    this.#trials = firstFrames && new CodecTrials({ firstFrames, now: this.#options.now });
  }

  /** Something was sent. */
  noteSent(): void {
    this.#trials?.noteSent();
  }

  /** Its user has asked to go: that he goes says nothing. */
  noteGoing(): void {
    this.#isGoing = true;
  }

  /** The last thing; said once. */
  ended(how: GraphicsEndNews["how"]): void {
    clearTimeout(this.#lostSoon);
    const trials = this.#trials?.trials ?? [];
    this.#trials = undefined;
    if (0 < trials.length) this.#options.link.tell("graphicsEnded", { how: this.#isGoing ? "other" : how, trials });
  }

  #offered(tiles: readonly OfferedTile[]): boolean {
    const picture = this.#options.picture();
    if (picture !== undefined) return picture.offered(tiles);
    return this.#offers.length < offersMax && 0 < this.#offers.push(tiles);
  }

  #gone(): void {
    this.#decided(undefined);
    if (this.#trials === undefined) return;
    // A client that leaves in good order closes its channels first.
    this.#lostSoon = setTimeout(() => {
      this.ended("closed");
      this.#options.lost();
    }, leavesWithin);
  }

  /** A service that does not answer, or knows nothing of it, is no reason to show less. */
  async #ask(): Promise<readonly RejectableCodec[]> {
    const { link, client } = this.#options;
    const asked = link.call("rejectedCodecs", { client }).catch((error: unknown) => {
      if (!(error instanceof CallFailed)) throw error;
      return undefined;
    });
    return (await withDeadline(asked, answeredWithin))?.codecs ?? [];
  }
}

/** In milliseconds. */
const decidedWithin = 3000;
const answeredWithin = 1000;
const leavesWithin = 1000;
/** As many as an encoder waits with. */
const offersMax = 8;
