// Lets requests for a file that is being brought in wait for it, instead of fetching it once more.

const PAUSE_MS = 25;
// Then the request fetches the file by itself: slower for the origin, not for the viewer.
const PATIENCE_MS = 10000;

import fs from 'fs';

function arrival(r) {
  const path = `${r.variables.held_root}/packages/${r.variables.media_path}`;
  const end = Date.now() + PATIENCE_MS;
  const look = () => {
    // The file appears whole: it is written elsewhere and renamed.
    if (isThere(path)) {
      r.internalRedirect(`/held/${r.variables.media_path}`);
    } else if (Date.now() >= end) {
      r.internalRedirect('@fetched');
    } else {
      setTimeout(look, PAUSE_MS);
    }
  };
  look();
}

function isThere(path) {
  try {
    return fs.statSync(path).isFile();
  } catch (error) {
    return false;
  }
}

export default { arrival };
