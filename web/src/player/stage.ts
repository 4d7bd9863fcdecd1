// Where a film is shown: a video element and a place for subtitles. Made before the page is there, so
// that the film can be made ready meanwhile; the player's page takes them in.

export interface Stage {
  video: HTMLVideoElement;
  /** Where subtitles are drawn. */
  subtitles: HTMLElement;
}

export function makeStage(): Stage {
  const video = document.createElement("video");
  video.className = "player__video";
  video.dataset["testid"] = "player-video";
  video.playsInline = true;
  video.preload = "auto";
  const subtitles = document.createElement("div");
  subtitles.className = "player__subtitles";
  return { video, subtitles };
}

/** Takes a stage into the page. `name` is the film's, for those who do not see it. */
export function putUp({ video, subtitles }: Stage, screen: HTMLElement | null, name: string): void {
  video.ariaLabel = name;
  screen?.append(video, subtitles);
}
