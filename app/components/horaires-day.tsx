import { useRef } from 'react';
import { EMPTY_ROW, pathOf, type RowDraft, type RowsPlace } from '#app/domain/horaires/form-draft.ts';
import { placeName } from '#app/domain/horaires/form-edit.ts';
import { isBlank, rowText } from '#app/domain/horaires/form-read.ts';
import { DAY_NAMES } from '#app/domain/horaires/words.ts';
import { Button } from './button.tsx';
import { errorsId, useEditor, useInput } from './horaires-context.ts';

/**
 * Seven days, each with its ranges. `vide`: what a day without ranges means; without it, a first range is shown to be filled in.
 * `usual`: each day may be told to stay as in the usual week.
 */
export function WeekFields({
  semaine,
  placeAt,
  vide,
  usual,
}: {
  semaine: readonly (readonly RowDraft[])[];
  placeAt: (day: number) => RowsPlace;
  vide?: string;
  usual?: { name: string; days: readonly number[] };
}) {
  const { onChange } = useEditor();
  return (
    <div className="week-fields">
      {DAY_NAMES.map((name, day) => (
        <fieldset
          key={name}
          className="day-editor"
          id={pathOf(placeAt(day))}
          tabIndex={-1}
          data-group={pathOf(placeAt(day))}
        >
          <legend>{name}</legend>
          <div className="day-body">
            {usual ? (
              <label className="choice day-usual">
                <input
                  type="checkbox"
                  name={usual.name}
                  value={day}
                  checked={usual.days.includes(day)}
                  onChange={onChange}
                />
                <span className="choice-text">
                  comme d’habitude<span className="visually-hidden">, {placeName(placeAt(day))}</span>
                </span>
              </label>
            ) : null}
            <div className="day-ranges">
              <RangeFields place={placeAt(day)} rows={semaine[day] ?? []} vide={vide} />
            </div>
          </div>
        </fieldset>
      ))}
    </div>
  );
}

/** The ranges of one list, what is wrong with them, and the buttons that change it. */
export function RangeFields({ place, rows, vide }: { place: RowsPlace; rows: readonly RowDraft[]; vide?: string }) {
  const path = pathOf(place);
  const shown = rows.length === 0 && vide === undefined ? [EMPTY_ROW] : rows;
  const canRemove = shown.length > 1 || vide !== undefined || shown.some((row) => !isBlank(row));
  return (
    <>
      <GroupErrors group={path} />
      {shown.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: ranges have no other identity than their place
        <RangeRow key={index} place={place} index={index} row={row} canRemove={canRemove} />
      ))}
      <div className="day-actions">
        {shown.length === 0 ? <span className="day-empty">{vide}</span> : null}
        <Button look="quiet" name="intent" value={`ajouter:${path}`} formNoValidate>
          Ajouter {shown.length === 0 ? 'des heures' : 'une plage'}
          <span className="visually-hidden"> : {placeName(place)}</span>
        </Button>
        {place.of === 'exception' ? null : <CopyFields place={place} />}
      </div>
    </>
  );
}

/** What is wrong in a group of inputs, beside them. */
export function GroupErrors({ group }: { group: string }) {
  const errors = useEditor().errors.filter((error) => error.group === group);
  return (
    <div id={errorsId(group)} className="group-errors">
      {errors.map(({ message }) => (
        <p key={message} className="field-error">
          <span className="visually-hidden">Erreur : </span>
          {message}
        </p>
      ))}
    </div>
  );
}

function RangeRow({
  place,
  index,
  row,
  canRemove,
}: {
  place: RowsPlace;
  index: number;
  row: RowDraft;
  canRemove: boolean;
}) {
  const path = pathOf(place);
  const which = `${placeName(place)}, plage ${index + 1}`;
  return (
    <div className="day-range">
      <TimeField hint={`${which}, `} label="de" name={`${path}.${index}.debut`} group={path} value={row.debut} />
      <TimeField hint={`${which}, `} label="à" name={`${path}.${index}.fin`} group={path} value={row.fin} />
      {canRemove ? (
        <Button look="quiet" name="intent" value={`retirer:${path}:${index}`} formNoValidate>
          Retirer
          <span className="visually-hidden">
            {' '}
            {rowText(row)}, {which}
          </span>
        </Button>
      ) : null}
      <RangeDetails name={`${path}.${index}`} group={path} which={which} row={row} />
    </div>
  );
}

/** A text rather than the browser's own picker: it takes 9h30, 24:00 and a whole day at once, whatever the browser's language. */
function TimeField({
  hint,
  label,
  name,
  group,
  value,
}: {
  hint: string;
  label: string;
  name: string;
  group: string;
  value: string;
}) {
  const input = useInput(name, group);
  return (
    <label>
      <span className="visually-hidden">{hint}</span>
      {label}
      <input {...input} className="input input-time" value={value} autoComplete="off" placeholder="--:--" />
    </label>
  );
}

/** By appointment, and a few words for people: said in the summary, so that nothing is hidden by folding. */
function RangeDetails({ name, group, which, row }: { name: string; group: string; which: string; row: RowDraft }) {
  const opened = useRef(false);
  opened.current ||= row.rdv || row.mention !== '';
  const rdv = useInput(`${name}.rdv`, group);
  const mention = useInput(`${name}.mention`, group);
  const said = [row.rdv ? 'Sur rendez-vous' : '', row.mention === '' ? '' : `« ${row.mention} »`].filter(Boolean);
  return (
    <details className="range-details" open={opened.current}>
      <summary>
        {said.length > 0 ? said.join(', ') : 'Préciser'}
        <span className="visually-hidden">
          {' '}
          {said.length > 0 ? ':' : '(rendez-vous, étage…) :'} {which}
        </span>
      </summary>
      <div className="range-details-fields">
        <label className="choice">
          <input {...rdv} type="checkbox" value="oui" checked={row.rdv} />
          <span className="choice-text">
            Sur rendez-vous seulement<span className="visually-hidden"> : {which}</span>
          </span>
        </label>
        <label className="range-mention">
          <span>
            Précision pour le public<span className="visually-hidden"> : {which}</span>
          </span>
          <input {...mention} className="input" value={row.mention} autoComplete="off" />
        </label>
      </div>
    </details>
  );
}

function CopyFields({ place }: { place: Exclude<RowsPlace, { of: 'exception' }> }) {
  const path = pathOf(place);
  const name = placeName(place);
  return (
    <details className="day-copy">
      <summary>
        Copier…<span className="visually-hidden"> : {name}</span>
      </summary>
      <div className="day-copy-choices">
        {place.day === 0 ? null : (
          <Button look="secondary" name="intent" value={`comme-lundi:${path}`} formNoValidate>
            Comme lundi<span className="visually-hidden"> : {name}</span>
          </Button>
        )}
        <fieldset className="day-copy-days">
          <legend>Copier {DAY_NAMES[place.day]} vers</legend>
          {DAY_NAMES.map((other, target) =>
            target === place.day ? null : (
              <label key={other} className="choice">
                <input
                  type="checkbox"
                  name={`copie.${path}`}
                  value={target}
                  defaultChecked={place.day < 5 && target < 5}
                />
                <span className="choice-text">{other}</span>
              </label>
            ),
          )}
        </fieldset>
        <Button look="secondary" name="intent" value={`copier:${path}`} formNoValidate>
          Copier<span className="visually-hidden"> {name} vers ces jours</span>
        </Button>
      </div>
    </details>
  );
}
