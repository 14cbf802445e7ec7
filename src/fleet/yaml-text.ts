import { stringify } from 'yaml'

/** A value as YAML on one line, quoted only if it would be read as something else without quotes. */
export function yamlText(value: unknown, style: 'block' | 'flow'): string {
  if (Array.isArray(value)) return `[${value.map(item => yamlText(item, 'flow')).join(', ')}]`
  if (isFilledMap(value)) {
    const pairs = Object.entries(value).map(([key, item]) => `${yamlText(key, 'flow')}: ${yamlText(item, 'flow')}`)
    return `{ ${pairs.join(', ')} }`
  }
  const text = stringify(value, { lineWidth: 0 }).trimEnd()
  const breaksFlow = style === 'flow' && typeof value === 'string' && /[,[\]{}]/.test(value) && !/^["']/.test(text)
  return breaksFlow || text.includes('\n') ? JSON.stringify(value) : text
}

const isFilledMap = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && Object.keys(value).length > 0
