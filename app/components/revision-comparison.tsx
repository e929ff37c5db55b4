import type { ReactNode } from 'react';
import type { ChampDeLieu } from '#app/domain/champ-de-lieu.ts';
import type { Piece } from '#app/domain/diff.ts';
import type { Comparison, HorairesView, PermanenceLine, Place } from '#app/domain/review.ts';
import { formatNumber, formatTelephone } from './format.ts';
import { VisuallyHidden } from './layout.tsx';

/** A field before and after, side by side where there is room. What goes is struck through, what comes is underlined. */
export function RevisionComparison({ field, comparison }: { field: ChampDeLieu; comparison: Comparison }) {
  switch (comparison.kind) {
    case 'texte':
      return (
        <Sides
          before={<Pieces pieces={comparison.before} mark="del" field={field} />}
          after={<Pieces pieces={comparison.after} mark="ins" field={field} />}
        />
      );
    case 'liste':
      return <ListComparison {...comparison} />;
    case 'horaires':
      return <Sides before={<Horaires view={comparison.before} />} after={<Horaires view={comparison.after} said />} />;
    case 'permanences':
      return <Permanences lignes={comparison.lignes} />;
    case 'position':
      return (
        <>
          <Sides before={<Position place={comparison.before} />} after={<Position place={comparison.after} />} />
          {comparison.metres === null ? null : (
            <p>
              <strong>Déplacement de {formatNumber(comparison.metres)} m</strong>
            </p>
          )}
        </>
      );
  }
}

function Sides({ before, after }: { before: ReactNode; after: ReactNode }) {
  return (
    <dl className="revision-sides">
      <div>
        <dt>Avant</dt>
        <dd>{before}</dd>
      </div>
      <div>
        <dt>Après</dt>
        <dd>{after}</dd>
      </div>
    </dl>
  );
}

function Pieces({ pieces, mark: Mark, field }: { pieces: readonly Piece[]; mark: 'ins' | 'del'; field: ChampDeLieu }) {
  if (pieces.length === 0) return <Nothing />;
  // All of it is new, or gone: the heading of the side says so, marks would only make it harder to read.
  const whole = pieces.length === 1;
  return (
    <span className="revision-text">
      {pieces.map(({ text, changed }, index) => {
        const shown = field === 'telephone' ? formatTelephone(text) : text;
        const key = index;
        if (!changed || whole) return <span key={key}>{shown}</span>;
        return (
          <Mark key={key} className="revision-mark">
            <VisuallyHidden>{Mark === 'del' ? ' [retiré : ' : ' [ajouté : '}</VisuallyHidden>
            {shown}
            <VisuallyHidden>] </VisuallyHidden>
          </Mark>
        );
      })}
    </span>
  );
}

function ListComparison({ kept, removed, added }: { kept: string[]; removed: string[]; added: string[] }) {
  return (
    <ul className="revision-list">
      {removed.map((value) => (
        <li key={`- ${value}`} className="revision-removed">
          <span className="revision-sign">Retiré</span> <del className="revision-mark">{value}</del>
        </li>
      ))}
      {added.map((value) => (
        <li key={`+ ${value}`} className="revision-added">
          <span className="revision-sign">Ajouté</span> <ins className="revision-mark">{value}</ins>
        </li>
      ))}
      {kept.map((value) => (
        <li key={value} className="revision-kept">
          <span className="revision-sign">Gardé</span> {value}
        </li>
      ))}
    </ul>
  );
}

/** `said`: days that changed say so in words; beside it, the other side need not say it again. */
function Horaires({ view, said = false }: { view: HorairesView; said?: boolean }) {
  if (view.text === null) return <Nothing />;
  return (
    <>
      {view.days.length > 0 ? (
        <table className="revision-week">
          <caption className="visually-hidden">Horaires par jour</caption>
          <tbody>
            {view.days.map(({ nom, heures, changed }) => (
              <tr key={nom} className={changed ? 'revision-changed' : undefined}>
                <th scope="row">{nom}</th>
                <td>
                  {heures}
                  {changed ? <span className={said ? 'revision-sign' : 'visually-hidden'}> (changé)</span> : null}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ) : null}
      {view.precisions.map((precision) => (
        <p key={precision}>{precision}</p>
      ))}
      {view.understood ? null : <p>Ce texte n’a pas pu être lu comme une semaine :</p>}
      <p className="muted small">
        <code>{view.text}</code>
      </p>
    </>
  );
}

/** One entry a permanence: what changed of it is marked on both sides, one that came, went or stayed is told once. */
function Permanences({ lignes }: { lignes: readonly PermanenceLine[] }) {
  return (
    <ul className="revision-list revision-permanences">
      {lignes.map(({ id, etat, before, after }) => (
        <li key={id} className={PERMANENCE_STATES[etat].className}>
          <span className="revision-sign">{PERMANENCE_STATES[etat].words}</span>
          {etat === 'changee' ? (
            <Sides
              before={<Pieces pieces={before} mark="del" field="permanences" />}
              after={<Pieces pieces={after} mark="ins" field="permanences" />}
            />
          ) : (
            <> {(after.length > 0 ? after : before).map(({ text }) => text).join('')}</>
          )}
        </li>
      ))}
    </ul>
  );
}

const PERMANENCE_STATES: Record<PermanenceLine['etat'], { words: string; className?: string }> = {
  ajoutee: { words: 'Ajoutée', className: 'revision-added' },
  retiree: { words: 'Retirée', className: 'revision-removed' },
  changee: { words: 'Changée' },
  gardee: { words: 'Gardée', className: 'revision-kept' },
};

function Position({ place }: { place: Place | null }) {
  if (place === null) return <Nothing />;
  const { latitude, longitude } = place;
  const query = new URLSearchParams({ mlat: String(latitude), mlon: String(longitude) });
  return (
    <a
      href={`https://www.openstreetmap.org/?${query}#map=18/${latitude}/${longitude}`}
      target="_blank"
      rel="noreferrer noopener"
    >
      {formatNumber(latitude, 5)} ; {formatNumber(longitude, 5)}
      <VisuallyHidden> sur OpenStreetMap, nouvelle fenêtre</VisuallyHidden>
    </a>
  );
}

function Nothing() {
  return <span className="muted">Rien</span>;
}
