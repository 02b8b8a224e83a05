/** @file What stands for pictures, boxes, points and phrases in Shikra's texts (shikras/shikra mllm/dataset/root.py). */
export const IMAGE = '<image>'
export const BOXES = '<boxes>'
export const POINTS = '<points>'
export const PHRASE_START = '<ph_st>'
export const PHRASE_END = '<ph_ed>'

/** Their loader runs `str.format` on sentences, so braces would raise there. */
export const PLACEHOLDERS: readonly string[] = [IMAGE, BOXES, POINTS, PHRASE_START, PHRASE_END, '{', '}']

/** Ours, in `phrases`: a placeholder that belongs to the words of the one before it, or is one mention with it. */
export const JOINED = true
