"""ffmpeg's filters that turn a film's pictures and sound into a rung's and a track's."""

from matinee.contracts.encoding import DynamicRange
from matinee.encoding.rules.source import Picture, Range

# Where a decoded film says so little about its colours that zscale refuses to guess.
_MATRICES = {"bt709", "smpte170m", "bt470bg", "fcc", "bt2020nc", "bt2020c"}
_PRIMARIES = {"bt709", "smpte170m", "bt470bg", "bt470m", "bt2020", "smpte432"}
_CURVES: dict[Range, str] = {"pq": "smpte2084", "hlg": "arib-std-b67"}
_KEPT: dict[Range, DynamicRange] = {"pq": "hdr10", "hlg": "hlg"}
_OF_KEPT = {kept: own for own, kept in _KEPT.items()}

# Cuts show as well on a picture of this width, which costs a hundredth.
_CUTS_WIDTH = 160
_CUTS_SCORE_MIN = 10
# The mean of a line of black in 8 bits, with what an encoder adds to it: 18 and 2 of 255.
_BLACK_LIMITED, _BLACK_FULL = 0.0706, 0.0079


def picture(
    film: Picture,
    size: tuple[int, int],
    fps: str | None,
    dynamic_range: DynamicRange = "sdr",
) -> str:
    """Filters to a picture of `size`: deinterlaced, without black bars, at a constant rate.

    `sdr` makes it BT.709 in 8 bits, tone-mapped where the film is HDR; `hdr10` and `hlg` keep
    the film's curve in BT.2020 and 10 bits, and ValueError where it has another. `fps` is the
    filter that makes the rate constant; without it the pictures stay as many as they are. ffmpeg
    turns the picture upright before these filters, so `size` is as displayed.
    """
    steps = []
    if film.interlaced:
        steps.append("bwdif=mode=send_frame:parity=auto:deint=interlaced")
    if film.crop is not None:
        steps.append("crop=" + ":".join(map(str, film.crop)))
    if fps is not None:
        steps.append(fps)
    if dynamic_range != "sdr":
        steps.append(_kept(film, size, dynamic_range))
    elif film.transfer == "sdr":
        steps.append(_sdr(film, size))
    else:
        steps.append(_tone_mapped(film, size))
    return ",".join([*steps, "setsar=1", tags(dynamic_range)])


def dynamic_range_of(film: Picture) -> DynamicRange:
    """What a film's pictures are, where they are kept as they are."""
    return _KEPT.get(film.transfer, "sdr")


def looked_at(film: Picture, every: int) -> str:
    """Filters that report cuts (`scdet@cuts`) and in every so manieth picture what is not black.

    The latter is reported by `cropdetect@bars`.
    """
    black = _BLACK_FULL if film.full_range else _BLACK_LIMITED
    return (
        f"cropdetect@bars=limit={black}:round=2:skip=0:reset=1:enable='not(mod(n,{every}))',"
        f"scale={_CUTS_WIDTH}:-2:flags=fast_bilinear,scdet@cuts=threshold={_CUTS_SCORE_MIN}"
    )


def tags(dynamic_range: DynamicRange) -> str:
    """The filter that says of pictures what colours they have."""
    primaries = matrix = curve = "bt709"
    if dynamic_range != "sdr":
        primaries, matrix, curve = "bt2020", "bt2020nc", _CURVES[_OF_KEPT[dynamic_range]]
    return f"setparams=color_primaries={primaries}:color_trc={curve}:colorspace={matrix}:range=tv"


def _sdr(film: Picture, size: tuple[int, int]) -> str:
    width, height = size
    if _is_plain(film):
        # swscale's bicubic kernel by zimg, in a third of the time. It believes what pictures say of
        # themselves, also where single ones say that they are interlaced.
        return (
            f"setparams=field_mode=prog,{tags('sdr')},"
            f"zscale=w={width}:h={height}:f=bicubic:param_a=0:param_b=0.6,format=yuv420p"
        )
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


def _is_plain(film: Picture) -> bool:
    """Whether nothing but the size is to be changed, of pictures that zimg takes as they are."""
    sides = (*film.upright_size, *(film.crop or ()))
    return (
        (film.form, film.matrix, film.primaries) == ("yuv420p", "bt709", "bt709")
        and not film.full_range
        and all(side % 2 == 0 for side in sides)
    )


def _kept(film: Picture, size: tuple[int, int], dynamic_range: DynamicRange) -> str:
    if dynamic_range_of(film) != dynamic_range:
        msg = f"a film that is {dynamic_range_of(film)} cannot be kept as {dynamic_range}"
        raise ValueError(msg)
    width, height = size
    curve = _CURVES[film.transfer]
    return (
        f"{_zscale_in(film)}:tin={curve}:w={width}:h={height}:f=bicubic"
        f":p=bt2020:m=bt2020nc:t={curve}:r=tv,format=yuv420p10le"
    )


def _tone_mapped(film: Picture, size: tuple[int, int]) -> str:
    width, height = size
    curve = _CURVES[film.transfer]
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
