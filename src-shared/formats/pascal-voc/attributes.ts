/**
 * @file What an `object` says besides its name and place: `difficult`, `truncated`, `occluded` are true or not there,
 * `pose` is a word, and `attributes` holds pairs of name and value, as CVAT and Datumaro write them. Values are numbers
 * or truth where they look so, unless `type="text"` says otherwise, which Eyrie writes where it matters.
 */
import { attributesFrom } from '../kit/json-fields'
import type { LeftOut } from '../kit/left-out'
import { childOf, childrenOf, numberOf, xmlText } from '../kit/xml'
import type { XmlElement } from '../kit/xml'
import type { Attributes } from '../reading/item'

type Scalar = string | number | boolean

export const FLAGS: ReadonlySet<string> = new Set(['difficult', 'truncated', 'occluded'])
const UNKNOWN_POSE = 'Unspecified'
const KNOWN = new Set(['name', 'bndbox', 'polygon', 'part', 'attributes', 'eyrie', 'robndbox'])

function scalarOf(text: string): Scalar {
  if (/^true$/i.test(text)) return true
  if (/^false$/i.test(text)) return false
  const value = numberOf(text)
  return value !== null && String(value) === text ? value : text
}

export function attributesOfObject(element: XmlElement, leftOut: LeftOut): Attributes {
  const found: [string, Scalar][] = []
  for (const child of element.children) {
    const { name } = child
    if (KNOWN.has(name)) continue
    if (child.children.length > 0) {
      leftOut.see(`object/${name}`)
      continue
    }
    const text = child.text.trim()
    if (text === '') continue
    if (FLAGS.has(name)) {
      if (text !== '0') found.push([name, text === '1' ? true : scalarOf(text)])
    } else if (name !== 'pose') found.push([name, scalarOf(text)])
    else if (text !== UNKNOWN_POSE) found.push([name, text])
  }
  const block = childOf(element, 'attributes')
  for (const attribute of block === null ? [] : childrenOf(block, 'attribute')) {
    const name = childOf(attribute, 'name')?.text ?? ''
    const value = childOf(attribute, 'value')
    if (name === '' || value === null) leftOut.see('object/attributes/attribute')
    else found.push([name, value.attributes.get('type') === 'text' ? value.text : scalarOf(value.text.trim())])
  }
  return attributesFrom(found)
}

/** `pose`, `truncated`, `difficult` as every reader expects them, the rest in pairs. One element a line. */
export function writtenAttributes(attributes: Attributes, indent: string): string {
  const { pose, ...others } = attributes
  const isWord = typeof pose === 'string' && pose !== '' && pose === pose.trim() && pose !== UNKNOWN_POSE
  const isFlag = (name: string, value: Scalar): boolean => FLAGS.has(name) && value === true
  const flag = (name: string): string => `${indent}<${name}>${others[name] === true ? 1 : 0}</${name}>\n`
  const pairs = Object.entries(isWord ? others : attributes).filter(([name, value]) => !isFlag(name, value))
  const lines = pairs.map(([name, value]) => {
    const type =
      typeof value === 'string' && (value !== value.trim() || scalarOf(value) !== value) ? ' type="text"' : ''
    const said = `<name>${xmlText(name)}</name><value${type}>${xmlText(String(value))}</value>`
    return `${indent}  <attribute>${said}</attribute>\n`
  })
  return [
    `${indent}<pose>${isWord ? xmlText(pose) : UNKNOWN_POSE}</pose>\n`,
    flag('truncated'),
    flag('difficult'),
    others['occluded'] === true ? flag('occluded') : '',
    lines.length === 0 ? '' : `${indent}<attributes>\n${lines.join('')}${indent}</attributes>\n`
  ].join('')
}
