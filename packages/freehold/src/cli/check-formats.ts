/** How `freehold check` can say what it found. */
export const checkFormats = ['human', 'json', 'sarif', 'github'] as const

/** One of them. */
export type CheckFormat = (typeof checkFormats)[number]
