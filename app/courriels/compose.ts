/** What a mail says, before it is laid out as text and as HTML. */
export interface MailContent {
  objet: string;
  /** Plain sentences, one paragraph each. */
  paragraphs: readonly string[];
  /** Facts to find again at a glance. */
  facts?: readonly { label: string; value: string }[];
  /** The one thing to do, as a button and as a bare address. */
  action?: { label: string; url: string };
  /** Small print under the action. */
  notes?: readonly string[];
}

/** Lays a mail out twice, for people who read HTML and for those who do not. Everything given is escaped. */
export function composeCourriel(content: MailContent): { objet: string; texte: string; html: string } {
  const objet = content.objet.replace(/[\r\n]+/g, ' ').trim();
  return { objet, texte: textOf(content), html: htmlOf({ ...content, objet }) };
}

const SIGNATURE = 'Lieu à jour, le service qui tient à jour les lieux où l’on trouve de l’aide avec le numérique.';

function textOf({ paragraphs, facts = [], action, notes = [] }: MailContent): string {
  const blocks = [
    'Bonjour,',
    ...paragraphs,
    facts.map(({ label, value }) => `${label} : ${value}`).join('\n'),
    action ? `${action.label} :\n${action.url}` : '',
    ...notes,
    `-- \n${SIGNATURE}`,
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function htmlOf({ objet, paragraphs, facts = [], action, notes = [] }: MailContent): string {
  const p = (text: string, style = '') =>
    `<p style="margin:0 0 16px;${style}">${escapeHtml(text).replace(/\n/g, '<br>')}</p>`;
  const rows = facts
    .map(
      ({ label, value }) =>
        `<tr><th align="left" valign="top" style="padding:4px 16px 4px 0;font-weight:600">${escapeHtml(label)}</th><td style="padding:4px 0">${escapeHtml(value)}</td></tr>`,
    )
    .join('');
  const button = action
    ? `<p style="margin:24px 0"><a href="${escapeHtml(action.url)}" style="display:inline-block;background:#1f3a8a;color:#ffffff;padding:12px 20px;border-radius:6px;text-decoration:none;font-weight:600">${escapeHtml(action.label)}</a></p>${p(`Si le bouton ne répond pas, copiez cette adresse dans votre navigateur :\n${action.url}`, 'font-size:14px;color:#4a5160;word-break:break-all')}`
    : '';
  return `<!doctype html><html lang="fr"><head><meta charset="utf-8"><title>${escapeHtml(objet)}</title></head><body style="margin:0;padding:24px;background:#f5f4f0"><div style="max-width:560px;margin:0 auto;padding:32px;background:#ffffff;color:#1b2233;font:17px/1.5 system-ui,-apple-system,'Segoe UI',sans-serif;border-radius:8px">${p('Bonjour,')}${paragraphs.map((text) => p(text)).join('')}${rows ? `<table role="presentation" style="margin:0 0 16px;border-collapse:collapse">${rows}</table>` : ''}${button}${notes.map((text) => p(text, 'font-size:14px;color:#4a5160')).join('')}<p style="margin:32px 0 0;padding-top:16px;border-top:1px solid #dcdcd6;font-size:14px;color:#4a5160">${escapeHtml(SIGNATURE)}</p></div></body></html>`;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
