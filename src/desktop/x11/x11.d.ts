/** What this folder calls of the npm package `x11`; names and order of arguments are the package's. */
declare module "x11" {
  import type { Duplex } from "node:stream";

  export type Answer<T> = (error: Error | null | undefined, reply: T) => boolean | void;

  export interface X11Event {
    readonly name?: string;
    readonly type: number;
    /** RRScreenChangeNotify. */
    readonly width?: number;
    readonly height?: number;
  }

  export interface Display {
    readonly client: Client;
    readonly min_keycode: number;
    readonly max_keycode: number;
    readonly image_byte_order: number;
    readonly format: Readonly<Record<number, { readonly bits_per_pixel: number }>>;
    readonly screen: readonly {
      readonly root: number;
      readonly root_depth: number;
      readonly pixel_width: number;
      readonly mm_width: number;
      readonly pixel_height: number;
    }[];
  }

  export interface Client {
    /** For requests that the package does not know: of the last request that was put. */
    seq_num: number;
    readonly pack_stream: { put(request: Buffer): void; submit(awaited?: boolean): void };
    readonly replies: Record<number, readonly [read: (reply: Buffer) => unknown, answer: Answer<never>]>;
    on(
      event: "error",
      listener: (error: Error & { readonly error?: number; readonly majorOpcode?: number }) => void,
    ): void;
    on(event: "event", listener: (event: X11Event) => void): void;
    AllocID(): number;
    require<Name extends keyof Extensions>(name: Name, answer: Answer<Extensions[Name]>): void;
    InternAtom(onlyIfExists: boolean, name: string, answer: Answer<number>): void;
    GrabServer(): void;
    UngrabServer(): void;
    GetKeyboardMapping(first: number, count: number, answer: Answer<number[][]>): void;
    ChangeKeyboardMapping(first: number, keysymsPerKeycode: number, keysyms: readonly number[]): void;
    GetModifierMapping(answer: Answer<number[][]>): void;
    ChangeKeyboardControl(values: { readonly autoRepeatMode: number }): void;
    QueryKeymap(answer: Answer<Buffer>): void;
    QueryPointer(window: number, answer: Answer<PointerState>): void;
    GetGeometry(drawable: number, answer: Answer<Geometry>): void;
    GetImage(
      format: number,
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planes: number,
      answer: Answer<Image>,
    ): void;
  }

  export interface PointerState {
    readonly rootX: number;
    readonly rootY: number;
    readonly keyMask: number;
  }

  export interface Geometry {
    readonly width: number;
    readonly height: number;
  }

  export interface Image {
    readonly depth: number;
    readonly data: Buffer;
  }

  export interface Extensions {
    readonly damage: Damage;
    readonly fixes: Fixes;
    readonly randr: Randr;
    readonly xtest: XTest;
    readonly xkb: Xkb;
    readonly res: XResource;
    readonly shm: Shm;
  }

  export interface Shm {
    readonly ImageFormat: { readonly ZPixmap: number };
    Attach(segment: number, id: number, readOnly: boolean, answer?: Answer<void>): void;
    Detach(segment: number): void;
    /** Into the segment, from `offset`, its rows without gaps. */
    GetImage(
      drawable: number,
      x: number,
      y: number,
      width: number,
      height: number,
      planes: number,
      format: number,
      segment: number,
      offset: number,
      answer: Answer<unknown>,
    ): void;
  }

  export interface XResource {
    readonly ClientIdMask: { readonly LocalClientPID: number };
    QueryVersion(major: number, minor: number, answer: Answer<unknown>): void;
    QueryClients(answer: Answer<readonly { readonly resourceBase: number; readonly resourceMask: number }[]>): void;
    QueryClientResources(client: number, answer: Answer<readonly { readonly count: number }[]>): void;
    QueryClientPixmapBytes(client: number, answer: Answer<number>): void;
    QueryClientIds(
      which: readonly { readonly client: number; readonly mask: number }[],
      answer: Answer<readonly { readonly mask: number; readonly value: readonly number[] }[]>,
    ): void;
  }

  export interface Damage {
    readonly ReportLevel: { readonly NonEmpty: number };
    Create(damage: number, drawable: number, level: number): void;
    Subtract(damage: number, repair: number, parts: number): void;
  }

  export interface WireRectangle {
    readonly x: number;
    readonly y: number;
    readonly width: number;
    readonly height: number;
  }

  export interface Region {
    readonly extents: WireRectangle;
    readonly rectangles: readonly WireRectangle[];
  }

  export interface CursorImage {
    readonly width: number;
    readonly height: number;
    readonly xhot: number;
    readonly yhot: number;
    readonly cursorSerial: number;
    readonly cursorImage: Buffer;
  }

  export interface Fixes {
    CreateRegion(region: number, rectangles: readonly WireRectangle[]): void;
    FetchRegion(region: number, answer: Answer<Region>): void;
    SelectCursorInput(window: number, mask: number): void;
    GetCursorImage(answer: Answer<CursorImage>): void;
  }

  export interface ScreenResources {
    readonly crtcs: readonly number[];
    readonly outputs: readonly number[];
    readonly modeinfos: readonly Mode[];
  }

  export interface CrtcAnswer {
    /** 0: done. */
    readonly status: number;
  }

  export interface Mode {
    readonly id: number;
    readonly width: number;
    readonly height: number;
    readonly name: string;
  }

  export interface Randr {
    readonly majorOpcode: number;
    readonly NotifyMask: { readonly ScreenChange: number };
    SelectInput(window: number, mask: number): void;
    GetScreenResourcesCurrent(window: number, answer: Answer<ScreenResources>): void;
    CreateMode(
      window: number,
      mode: {
        readonly width: number;
        readonly height: number;
        readonly dot_clock: number;
        readonly h_total: number;
        readonly v_total: number;
        readonly name: string;
      },
      answer: Answer<number>,
    ): void;
    AddOutputMode(output: number, mode: number): void;
    DeleteOutputMode(output: number, mode: number): void;
    DestroyMode(mode: number): void;
    SetScreenSize(window: number, width: number, height: number, widthMm: number, heightMm: number): void;
    SetCrtcConfig(
      crtc: number,
      timestamp: number,
      configTimestamp: number,
      x: number,
      y: number,
      mode: number,
      rotation: number,
      outputs: readonly number[],
      answer: Answer<CrtcAnswer>,
    ): void;
  }

  export interface XTest {
    FakeInput(type: number, detail: number, time: number, window: number, x: number, y: number): void;
    GrabControl(impervious: boolean): void;
  }

  export interface XkbState {
    readonly mods: number;
    readonly group: number;
  }

  export interface Xkb {
    readonly EventType: { readonly NewKeyboardNotify: number; readonly MapNotify: number };
    SelectEvents(
      device: number,
      affectWhich: number,
      clear: number,
      selectAll: number,
      affectMap: number,
      map: number,
    ): void;
    GetState(device: number, answer: Answer<XkbState>): void;
    LatchLockState(
      device: number,
      affectModLocks: number,
      modLocks: number,
      lockGroup: boolean,
      groupLock: number,
      affectModLatches: number,
      modLatches: number,
      latchGroup: boolean,
      groupLatch: number,
    ): void;
  }

  const x11: {
    createClient(
      options: {
        readonly stream: Duplex;
        readonly display: string;
        readonly auth: { readonly name: string; readonly data: string };
        readonly disableBigRequests: boolean;
        readonly bufferRequests: boolean;
      },
      opened: (error: Error | null | undefined, display: Display) => void,
    ): Client;
  };
  export default x11;
}
