// A photo as it travels: at most 1600 px on its longest side, JPEG. The server looks at it again; this only saves the network.

const LONGEST = 1600;
const QUALITY = 0.8;
const SMALL_ENOUGH = 500 * 1024;

// A canvas with the picture in it, no larger than `longest`. `source` is a video, an image or a bitmap.
export const drawn = (source, longest = LONGEST) => {
  const width = source.videoWidth ?? source.width;
  const height = source.videoHeight ?? source.height;
  const share = Math.min(1, longest / Math.max(width, height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(width * share));
  canvas.height = Math.max(1, Math.round(height * share));
  canvas.getContext("2d").drawImage(source, 0, 0, canvas.width, canvas.height);
  return canvas;
};

export const asJpeg = (canvas) => new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));

// The file made small, and the picture for its thumbnail. What this browser cannot read goes as it is: the server may know it.
export const shrunk = async (file) => {
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch {
    return { file, picture: null };
  }
  const fits = Math.max(bitmap.width, bitmap.height) <= LONGEST && file.size <= SMALL_ENOUGH;
  const canvas = drawn(bitmap);
  bitmap.close();
  const small = fits ? null : await asJpeg(canvas);
  return { file: small ? new File([small], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" }) : file, picture: canvas };
};
