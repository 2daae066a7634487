// Stands in for the browser's own detector of codes where there is none. It is loaded only then.

import { WAYS, codesIn } from "./reader.js";

const LONGER = 640; // pixels of the longer side that are looked at

export class Detector {
  #canvas = document.createElement("canvas");
  #pen = this.#canvas.getContext("2d", { willReadFrequently: true });
  #look = 0;

  // One look at the video: the whole picture, or its middle as sharp as it is, in turns, each time in another light.
  async detect(video) {
    const { videoWidth: width, videoHeight: height } = video;
    if (!width) return [];
    const part = this.#look % 2 ? Math.min(1, LONGER / Math.max(width, height)) : 1;
    const [wide, high] = [width * part, height * part];
    const scale = Math.min(1, LONGER / Math.max(wide, high));
    const [canvas, pen] = [this.#canvas, this.#pen];
    [canvas.width, canvas.height] = [Math.round(wide * scale), Math.round(high * scale)];
    pen.drawImage(video, (width - wide) / 2, (height - high) / 2, wide, high, 0, 0, canvas.width, canvas.height);
    const way = WAYS[Math.floor(this.#look / 2) % WAYS.length];
    this.#look += 1;
    const found = codesIn(pen.getImageData(0, 0, canvas.width, canvas.height), [way]);
    return found.map((rawValue) => ({ rawValue }));
  }
}
