// Tells players where to ask for steering: adds the address to master manifests on their way out.
// Packages are immutable and name no edge, so that any number of edges can serve them.
//
// The query of the request says which steering manifest: ?steering=<region>.<class>-<lane>, or the
// region alone. HLS: RFC 8216bis, section 4.4.6.6; DASH: ISO/IEC 23009-1, clause K and ETSI TS 103 998.
// The pathway "." is the host that the manifest came from; steering makes all others by cloning it.

const WANTED = /^([a-z0-9-]{1,40})(?:\.([a-z0-9-]{1,60}))?$/;
const HLS_HEAD = '#EXTM3U';
const DASH_BODY = '<Period';

// The steering manifest's address for this request; '' where none is to be added.
function address(r) {
  const wanted = WANTED.exec(r.variables.steering_wanted || '');
  if (!wanted || r.status !== 200 || r.headersOut['Content-Encoding']) {
    return '';
  }
  const name = wanted[2] ? `${wanted[1]}/${wanted[2]}` : wanted[1];
  return `${r.variables.steering_service}/steering/${name}.json`;
}

// A request has these to itself. What is compressed on its way out says so only after `header`.
let steering = '';
const held = [];

function header(r) {
  steering = address(r);
  if (steering) {
    delete r.headersOut['Content-Length'];
    delete r.headersOut['Accept-Ranges'];
  }
}

function body(r, data, flags) {
  if (!steering) {
    r.sendBuffer(data, flags);
    return;
  }
  // A manifest comes in a few pieces, and what is looked for may lie across two of them.
  held.push(Buffer.from(data));
  if (flags.last) {
    r.sendBuffer(tagged(Buffer.concat(held).toString()), flags);
  }
}

function tagged(manifest) {
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
