// Makes master manifests each viewer's own on their way out: packages are immutable, name no edge, and
// hold what any player may want.
//
// Tells players where to ask for steering, so that any number of edges can serve a package.
// The query of the request says which steering manifest: ?steering=<region>.<class>-<lane>, or the
// region alone. HLS: RFC 8216bis, section 4.4.6.6; DASH: ISO/IEC 23009-1, clause K and ETSI TS 103 998.
// The pathway "." is the host that the manifest came from; steering makes all others by cloning it.
//
// ?mix=stereo leaves one mix of the sound in an HLS manifest, the one with the fewest channels. hls.js
// takes variants with another mix for further rungs, and lets go of all the sound that it holds when
// it changes from one to another: with each fall of the bit rate, which is when it needs it most.

const WANTED = /^([a-z0-9-]{1,40})(?:\.([a-z0-9-]{1,60}))?$/;
const HLS_HEAD = '#EXTM3U';
const DASH_BODY = '<Period';
const SOUND = /^#EXT-X-MEDIA:TYPE=AUDIO,.*GROUP-ID="([^"]+)".*CHANNELS="(\d+)/;
const SOUND_OF = /^#EXT-X-STREAM-INF:.*[:,]AUDIO="([^"]+)"/;

// The steering manifest's address for this request; '' where none is to be added.
function address(r) {
  const wanted = WANTED.exec(r.variables.steering_wanted || '');
  if (!wanted) {
    return '';
  }
  const name = wanted[2] ? `${wanted[1]}/${wanted[2]}` : wanted[1];
  return `${r.variables.steering_service}/steering/${name}.json`;
}

// A request has these to itself. What is compressed on its way out says so only after `header`.
let steering = '';
let isStereo = false;
const held = [];

function header(r) {
  if (r.status !== 200 || r.headersOut['Content-Encoding']) {
    return;
  }
  steering = address(r);
  isStereo = r.variables.mix_wanted === 'stereo';
  if (steering || isStereo) {
    delete r.headersOut['Content-Length'];
    delete r.headersOut['Accept-Ranges'];
  }
}

function body(r, data, flags) {
  if (!steering && !isStereo) {
    r.sendBuffer(data, flags);
    return;
  }
  // A manifest comes in a few pieces, and what is looked for may lie across two of them.
  held.push(Buffer.from(data));
  if (flags.last) {
    const manifest = Buffer.concat(held).toString();
    r.sendBuffer(tagged(isStereo ? inOneMix(manifest) : manifest), flags);
  }
}

function inOneMix(manifest) {
  const lines = manifest.split('\n');
  const channels = {};
  lines.forEach((line) => {
    const sound = SOUND.exec(line);
    if (sound) {
      channels[sound[1]] = Number(sound[2]);
    }
  });
  const fewest = Math.min.apply(null, Object.keys(channels).map((group) => channels[group]));
  const isOut = (line, named) => {
    const group = named.exec(line);
    return group !== null && channels[group[1]] > fewest;
  };
  // The line after a variant is its address.
  return lines
    .filter((line, at) => !isOut(line, SOUND) && !isOut(line, SOUND_OF) && !isOut(lines[at - 1] || '', SOUND_OF))
    .join('\n');
}

function tagged(manifest) {
  if (!steering) {
    return manifest;
  }
  if (manifest.startsWith(HLS_HEAD)) {
    const tag = `#EXT-X-CONTENT-STEERING:SERVER-URI="${steering}",PATHWAY-ID="."`;
    return `${HLS_HEAD}\n${tag}${manifest.slice(HLS_HEAD.length)}`;
  }
  const at = manifest.indexOf(DASH_BODY);
  if (at < 0) {
    return manifest;
  }
  const tags =
    '<BaseURL serviceLocation=".">./</BaseURL>' +
    `<ContentSteering defaultServiceLocation="." queryBeforeStart="false">${steering}</ContentSteering>`;
  return manifest.slice(0, at) + tags + manifest.slice(at);
}

export default { header, body };
