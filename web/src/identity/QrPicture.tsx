/** A QR picture, dark on light, as cameras like it; `src` is a data: address. */
export function QrPicture({ src, meaning }: { src: string; meaning: string }) {
  return <img className="qr" src={src} alt={meaning} width="200" height="200" />;
}
