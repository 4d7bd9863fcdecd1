// The one thing kept between page loads: which profile was watching. An id, never a token.

const KEY = "matinee.profile";

export function rememberedProfile(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null; // Storage may be switched off; then we ask who is watching.
  }
}

export function rememberProfile(id: string | null): void {
  try {
    if (id) localStorage.setItem(KEY, id);
    else localStorage.removeItem(KEY);
  } catch {
    // See above.
  }
}
