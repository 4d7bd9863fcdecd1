"""ffmpeg's filters that turn a film's pictures and sound into a rung's and a track's."""

from matinee.encoding.rules.source import Picture

# Where a decoded film says so little about its colours that zscale refuses to guess.
_MATRICES = {"bt709", "smpte170m", "bt470bg", "fcc", "bt2020nc", "bt2020c"}
_PRIMARIES = {"bt709", "smpte170m", "bt470bg", "bt470m", "bt2020", "smpte432"}
_SQUARE_709 = "setsar=1,setparams=color_primaries=bt709:color_trc=bt709:colorspace=bt709:range=tv"

LOUDNESS_AIM_LUFS = -18.0
PEAK_DBFS_MAX = -1.5
_GAIN_DB_MAX = 20.0
_SILENCE_LUFS = -60.0


def picture(film: Picture, size: tuple[int, int], rate: str | None) -> str:
    """Filters to a picture of `size`: deinterlaced, at a constant `rate`, BT.709, 8 bits.

    Without `rate` the pictures stay as many as they are. ffmpeg turns the picture
    upright before these filters, so `size` is as displayed.
    """
    steps = []
    if film.interlaced:
        steps.append("bwdif=mode=send_frame:parity=auto:deint=interlaced")
    if rate is not None:
        steps.append(f"fps={rate}:start_time=0")
    steps.append(_sdr(film, size) if film.transfer == "sdr" else _tone_mapped(film, size))
    return ",".join([*steps, _SQUARE_709])


def _sdr(film: Picture, size: tuple[int, int]) -> str:
    width, height = size
    wide = film.primaries == "bt2020"
    if wide:
        # Other primaries are another cube of colours; swscale would only rename them.
        scale = f"{_zscale_in(film)}:w={width}:h={height}:f=bicubic"
        return f"{scale}:p=bt709:m=bt709:t=bt709:r=tv,format=yuv420p"
    matrix = film.matrix if film.matrix in {"bt709", "smpte170m", "bt470bg", "fcc"} else "auto"
    span = "full" if film.full_range else "auto"
    return (
        f"scale={width}:{height}:flags=bicubic:in_color_matrix={matrix}:in_range={span}"
        ":out_color_matrix=bt709:out_range=tv,format=yuv420p"
    )


def _tone_mapped(film: Picture, size: tuple[int, int]) -> str:
    width, height = size
    curve = {"pq": "smpte2084", "hlg": "arib-std-b67"}[film.transfer]
    # Scaled first: tone mapping works on floats and costs by the pixel.
    return (
        f"{_zscale_in(film)}:tin={curve}:w={width}:h={height}:f=bicubic:t=linear:npl=203,"
        "format=gbrpf32le,zscale=p=bt709,tonemap=tonemap=mobius:desat=0:peak=10,"
        "zscale=t=bt709:m=bt709:r=tv,format=yuv420p"
    )


def _zscale_in(film: Picture) -> str:
    matrix = film.matrix if film.matrix in _MATRICES else "bt2020nc"
    primaries = film.primaries if film.primaries in _PRIMARIES else "bt2020"
    span = "full" if film.full_range else "limited"
    return f"zscale=min={matrix}:pin={primaries}:rin={span}"


def sound(gain_db: float = 0.0) -> str:
    """Filters to 48 kHz stereo from 0 s on, without holes, louder by `gain_db`."""
    return ",".join([*stereo(), f"volume={gain_db:.2f}dB"])


def measured_sound(number: int) -> str:
    """Filters that measure the loudness of what `sound` makes; `ebur128@<number>` reports it."""
    return ",".join([*stereo(), f"ebur128@{number}=peak=sample:framelog=quiet"])


def stereo() -> tuple[str, ...]:
    """Filters to stereo; gaps become silence, so that sound and picture stay together."""
    return ("aresample=48000:async=1000:first_pts=0", "aformat=channel_layouts=stereo")


def gain_db(loudness_lufs: float, peak_dbfs: float) -> float:
    """The constant gain to the aim that does not clip (EBU R 128 s2: -20 to -16 LUFS)."""
    if loudness_lufs <= _SILENCE_LUFS:
        return 0.0
    wanted = min(LOUDNESS_AIM_LUFS - loudness_lufs, _GAIN_DB_MAX)
    return round(min(wanted, PEAK_DBFS_MAX - peak_dbfs), 2)
