// The createcontact job as it is usually written in Node: fastify with its JSON schemas, and vcard-creator.
import fastify from 'fastify'
import { VCard } from 'vcard-creator'

const keys = new Map([[process.env.API_KEY, 'account']])

// CC-6: control characters, and for texts of several lines all of them but tab and line breaks
const line = '^[^\\u0000-\\u001f\\u007f-\\u009f]*$'
const lines = '^[^\\u0000-\\u0008\\u000b\\u000c\\u000e-\\u001f\\u007f-\\u009f]*$'
const name = { type: 'string', maxLength: 255, pattern: '^[\\p{L}\\p{M}\\p{Nd} \\u3000.]*$' } // CC-5
const text = { type: 'string', maxLength: 255, pattern: lines }

// CC-7, CC-12: the first four with a value count; `preValidation` cuts them, so that the rest is not checked
const items = { phone: 'number', email: 'id', 'physical-address': 'address', website: 'url' }
const list = (key, value, label) => ({
  type: 'array',
  items: { type: 'object', required: [key], properties: { [key]: value, label } }
})
const labels = (...known) => ({ type: 'string', pattern: `^(?:${known.join('|')})?$` })
const place = labels('[Ww][Oo][Rr][Kk]', '[Hh][Oo][Mm][Ee]')
const phoneTypes = { work: 'work', home: 'home', mobile: 'cell', fax: 'fax', pager: 'pager', main: 'main', other: undefined }
const anyCase = (word) => word.replace(/./g, (c) => `[${c.toUpperCase()}${c}]`)

const body = {
  type: 'object',
  required: ['action', 'name'],
  properties: {
    action: { type: 'string', pattern: `^${anyCase('createcontact')}$` },
    name: {
      type: 'object',
      properties: { 'first-name': name, 'last-name': name, suffix: text },
      anyOf: ['first-name', 'last-name'].map((key) => ({ required: [key], properties: { [key]: { minLength: 1 } } })) // CC-4
    },
    organization: text,
    title: text,
    note: { ...text, maxLength: 10000 },
    phone: list('number', { type: 'string', maxLength: 255, pattern: line }, labels(...Object.keys(phoneTypes).map(anyCase))),
    email: list('id', { type: 'string', maxLength: 255, pattern: line }, place),
    'physical-address': list('address', { ...text, maxLength: 1000 }, place),
    website: list('url', { type: 'string', maxLength: 2048, pattern: line }, { type: 'string', pattern: line })
  }
}

const app = fastify({ logger: false, bodyLimit: 256 * 1024, ajv: { customOptions: { coerceTypes: false, removeAdditional: false } } })

app.route({
  method: 'POST',
  url: '/api/v2',
  schema: { body },
  onRequest: async (request, reply) => {
    if (!keys.has(request.headers['x-api-key'])) return reply.code(401).send({ status: 'failure' })
  },
  preValidation: async (request) => {
    for (const [key, value] of Object.entries(items)) {
      const found = request.body?.[key]
      if (Array.isArray(found)) request.body[key] = found.filter((item) => item?.[value]).slice(0, 4)
    }
  },
  handler: async (request, reply) => {
    reply.header('content-type', 'text/vcard; charset=utf-8')
    reply.header('content-disposition', 'inline; filename=contact.vcf')
    return card(request.body).toString()
  }
})

function card (contact) {
  const made = new VCard()
  const { 'first-name': first = '', 'last-name': last = '', suffix = '' } = contact.name
  made.addFullName([first.trim(), last.trim(), suffix].filter(Boolean).join(' '))
  made.addName({ givenName: first.trim(), familyName: last.trim(), honorificSuffix: suffix })
  if (contact.organization) made.addCompany({ name: contact.organization })
  if (contact.title) made.addJobtitle(contact.title)
  if (contact.note) made.addNote(contact.note)
  for (const { number, label } of contact.phone ?? []) {
    const type = phoneTypes[(label || 'work').toLowerCase()]
    made.addPhoneNumber({ number: number.trim(), ...(type && { type: [type] }) })
  }
  for (const { id, label } of contact.email ?? []) {
    made.addEmail({ address: id.trim(), type: ['internet', (label || 'work').toLowerCase()] })
  }
  for (const { address, label } of contact['physical-address'] ?? []) {
    made.addAddress({ street: address, type: [(label || 'work').toLowerCase()] })
  }
  for (const [index, { url, label }] of (contact.website ?? []).entries()) {
    const group = `item${index + 1}`
    const shown = !label || label.toLowerCase() === 'homepage' ? '_$!<HomePage>!$_' : label.slice(0, 100)
    made.addCustomProperty({ name: 'URL', value: url.trim(), group })
    made.addCustomProperty({ name: 'X-ABLabel', value: shown.replace(/([\\;,])/g, '\\$1'), group })
  }
  return made
}

await app.listen({ host: '127.0.0.1', port: Number(process.env.PORT) })
