/** A channel that is known by name, whether or not Holdfast speaks it. */
export interface ChannelDescription {
  /** As it appears on the wire; static names have at most seven characters. */
  readonly name: string;
  readonly kind: "static" | "dynamic";
  /** One line: what goes over it. */
  readonly carries: string;
  /** The document that describes it. */
  readonly specification: string;
}

/** The static channel that carries all dynamic ones. */
export const dynamicChannelsName = "drdynvc";
export const graphicsChannelName = "Microsoft::Windows::RDS::Graphics";
export const displayControlChannelName = "Microsoft::Windows::RDS::DisplayControl";

/** Static channels, in the order in which clients usually ask for them. */
export const staticChannels: readonly ChannelDescription[] = [
  fixed("rdpdr", "drives, printers, serial ports and smart cards of the client", "MS-RDPEFS"),
  fixed("rdpsnd", "sound from the session", "MS-RDPEA"),
  fixed("cliprdr", "the clipboard, both ways", "MS-RDPECLIP"),
  fixed(dynamicChannelsName, "all dynamic channels", "MS-RDPEDYC"),
  fixed("rail", "single windows instead of a desktop (RemoteApp)", "MS-RDPERP"),
  fixed("encomsp", "several participants in one session", "MS-RDPEMC"),
  fixed("remdesk", "remote assistance", "MS-RA"),
];

/** Dynamic channels; the server opens them, the client listens by name. */
export const dynamicChannels: readonly ChannelDescription[] = [
  dynamic(graphicsChannelName, "the graphics pipeline: surfaces, codecs, frames", "MS-RDPEGFX"),
  dynamic(displayControlChannelName, "the client's wish for other monitors or another size", "MS-RDPEDISP"),
  dynamic("Microsoft::Windows::RDS::Input", "touch and pen", "MS-RDPEI"),
  dynamic("Microsoft::Windows::RDS::CoreInput", "keyboard and mouse outside the main channel", "MS-RDPECI"),
  dynamic("Microsoft::Windows::RDS::MouseCursor", "pointer shapes outside the main channel", "MS-RDPEMSC"),
  dynamic("Microsoft::Windows::RDS::Geometry::v08.01", "where the windows of redirected video are", "MS-RDPEGT"),
  dynamic("Microsoft::Windows::RDS::Video::Control::v08.01", "start and stop of redirected video", "MS-RDPEVOR"),
  dynamic("Microsoft::Windows::RDS::Video::Data::v08.01", "samples of redirected video", "MS-RDPEVOR"),
  dynamic("Microsoft::Windows::RDS::Telemetry", "the client's time to first picture", "MS-RDPET"),
  dynamic("Microsoft::Windows::RDS::Location", "where the client is", "MS-RDPEL"),
  dynamic("Microsoft::Windows::RDS::AuthRedirection", "sign-in of the session by the client", "MS-RDPEAR"),
  dynamic(
    "Microsoft::Windows::RDS::RemoteAppGraphicsRedirection",
    "window pictures by shared memory",
    "none published",
  ),
  dynamic("AUDIO_INPUT", "the client's microphone", "MS-RDPEAI"),
  dynamic("AUDIO_PLAYBACK_DVC", "sound from the session, reliable", "MS-RDPEA"),
  dynamic("AUDIO_PLAYBACK_LOSSY_DVC", "sound from the session, over lossy transport", "MS-RDPEA"),
  dynamic("ECHO", "bytes that come back: measures the channel", "MS-RDPEECO"),
  dynamic("PNPDR", "plug and play devices", "MS-RDPEPNP"),
  dynamic("FileRedirectorChannel", "input and output of plug and play devices", "MS-RDPEPNP"),
  dynamic("RDCamera_Device_Enumerator", "the client's cameras", "MS-RDPECAM"),
  dynamic("TSMF", "redirected media files", "MS-RDPEV"),
  dynamic("URBDRC", "USB devices", "MS-RDPEUSB"),
  dynamic("WebAuthN_Channel", "security keys of the client", "MS-RDPEWA"),
  dynamic("XPSRD", "printing by XPS", "MS-RDPEXPS"),
];

/** What is known of a channel: static names compare without case, since clients write them either way. */
export function describeChannel(kind: ChannelDescription["kind"], name: string): ChannelDescription | undefined {
  return kind === "static"
    ? staticChannels.find((channel) => channel.name === name.toLowerCase())
    : dynamicChannels.find((channel) => channel.name === name);
}

function fixed(name: string, carries: string, specification: string): ChannelDescription {
  return { name, kind: "static", carries, specification };
}

function dynamic(name: string, carries: string, specification: string): ChannelDescription {
  return { name, kind: "dynamic", carries, specification };
}
