import type { CSSProperties } from 'react'

/** Hands a region's colour to the style sheet; set through the DOM, which the CSP allows. */
export const regionColourStyle = (colour: string): CSSProperties => ({ '--region-colour': colour }) as CSSProperties
