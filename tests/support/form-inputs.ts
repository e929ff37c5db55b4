/** What a browser would send of a form, from its HTML: the names and values of its inputs, in their order; no button. */
export function entriesOfHtml(html: string): [string, string][] {
  const controls = html.matchAll(/<(input)([^>]*)>|<(textarea|select)([^>]*)>(.*?)<\/(?:textarea|select)>/gs);
  return [...controls].flatMap(([, input, ofInput = '', other, ofOther = '', inside = '']): [string, string][] => {
    const attributes = input ? ofInput : ofOther;
    const name = attributeOf(attributes, 'name');
    if (name === null || name.startsWith('copie.')) return [];
    if (other === 'textarea') return [[name, decode(inside).replace(/^\n/, '')]];
    if (other === 'select') {
      const options = [...inside.matchAll(/<option([^>]*)>/g)].map(([, option = '']) => option);
      const chosen = options.find((option) => / selected(?:=|\s|$)/.test(option)) ?? options[0] ?? '';
      return [[name, attributeOf(chosen, 'value') ?? '']];
    }
    const isBox = /type="(?:checkbox|radio)"/.test(attributes);
    return isBox && !/ checked(?:=|\s|$)/.test(attributes) ? [] : [[name, attributeOf(attributes, 'value') ?? '']];
  });
}

function attributeOf(attributes: string, name: string): string | null {
  const value = new RegExp(` ${name}="([^"]*)"`).exec(attributes)?.[1];
  return value === undefined ? null : decode(value);
}

function decode(html: string): string {
  return html
    .replace(/&quot;/g, '"')
    .replace(/&#x27;/g, "'")
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&amp;/g, '&');
}
