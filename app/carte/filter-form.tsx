import { Form, useNavigate } from '@remix-run/react';
import { type FormEvent, useEffect, useRef } from 'react';
import type { FilterField } from '#app/domain/filter-fields.ts';
import { labelOfValue, meaningOfValue } from '#app/domain/libelles.ts';
import { fieldOf } from '#app/domain/standard.ts';
import { type Filtres, formatFiltres, parseFiltres } from './filters.ts';

/** In words for people; the names of the query string are the standard's. */
const GROUPS: readonly { field: FilterField; legend: string; values?: readonly string[] }[] = [
  { field: 'services', legend: 'Type d’aide' },
  { field: 'frais_a_charge', legend: 'Prix', values: ['Gratuit', 'Gratuit sous condition'] },
  { field: 'dispositif_programmes_nationaux', legend: 'Dispositifs et labels' },
  { field: 'modalites_accompagnement', legend: 'Comment voulez-vous être aidé ?' },
  { field: 'publics_specifiquement_adresses', legend: 'Lieux qui s’adressent surtout à' },
  { field: 'prise_en_charge_specifique', legend: 'Accueil adapté' },
  { field: 'modalites_acces', legend: 'Comment prendre contact' },
  { field: 'itinerance', legend: 'Lieu fixe ou qui se déplace' },
  { field: 'formations_labels', legend: 'Formations et labels locaux' },
];

/** Filters that the form does not show stay in the address. */
const HIDDEN_FIELDS: readonly FilterField[] = ['typologie', 'autres_formations_labels'];

const OUVERT = [
  { value: '', label: 'Tous les horaires' },
  { value: 'maintenant', label: 'Ouvert maintenant' },
  { value: 'soir', label: 'Ouvert ce soir, après 18 h' },
  { value: 'samedi', label: 'Ouvert samedi' },
  { value: 'dimanche', label: 'Ouvert dimanche' },
];

/** One search box and the filters of the standard. A plain GET form; with JavaScript each choice counts at once. */
export function FilterForm({ filtres }: { filtres: Filtres }) {
  const form = useRef<HTMLFormElement>(null);
  const navigate = useNavigate();
  const params = formatFiltres(filtres);
  const search = params.toString();
  const ouvert = params.get('ouvert') ?? '';

  // The address decides: after the back button the form says what it says. Nothing is made anew, the focus stays.
  useEffect(() => {
    const asked = new URLSearchParams(search);
    for (const control of form.current?.elements ?? []) {
      if (control instanceof HTMLInputElement && control.type === 'checkbox') {
        control.checked = asked.getAll(control.name).includes(control.value);
      } else if (
        control instanceof HTMLSelectElement ||
        (control instanceof HTMLInputElement && control.type === 'search')
      ) {
        control.value = asked.get(control.name) ?? '';
      }
    }
  }, [search]);

  const apply = () => {
    if (!form.current) return;
    const entries = [...new FormData(form.current)].filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    );
    const { filtres: wanted } = parseFiltres(new URLSearchParams(entries));
    // Filters apply to what the map shows; a new search begins anew.
    const bbox = wanted.q === filtres.q ? filtres.bbox : null;
    navigate(`/carte?${formatFiltres({ ...wanted, bbox, page: 1 })}`, { preventScrollReset: true });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply();
  };
  const change = (event: FormEvent) => {
    if (event.target instanceof HTMLInputElement && event.target.type === 'search') return;
    apply();
  };

  return (
    <Form action="/carte" className="carte-form" ref={form} onSubmit={submit} onChange={change}>
      <search>
        <label htmlFor="carte-q" className="field-label">
          Commune, code postal ou nom d’un lieu
        </label>
        <div className="search-row">
          <input
            id="carte-q"
            type="search"
            name="q"
            className="input"
            defaultValue={filtres.q ?? ''}
            maxLength={200}
            autoComplete="postal-code"
            enterKeyHint="search"
          />
          <button type="submit" className="button">
            Chercher
          </button>
        </div>
        <details className="carte-filters">
          <summary>
            Choisir ce qu’il vous faut
            {countOf(filtres) > 0 ? <span className="badge badge-action">{countOf(filtres)}</span> : null}
          </summary>
          <div className="carte-filters-groups">
            {GROUPS.map((group) => (
              <Group key={group.field} {...group} asked={filtres.champs[group.field] ?? []} />
            ))}
            <div className="field">
              <label htmlFor="carte-ouvert" className="field-label">
                Quand
              </label>
              <select id="carte-ouvert" name="ouvert" className="select" defaultValue={ouvert}>
                {OUVERT.map(({ value, label }) => (
                  <option key={value} value={value}>
                    {label}
                  </option>
                ))}
                {OUVERT.some(({ value }) => value === ouvert) ? null : (
                  <option value={ouvert}>{ouvert.replace('T', ' à ')}</option>
                )}
              </select>
            </div>
            <label className="choice">
              <input type="checkbox" name="rdv" value="1" defaultChecked={filtres.rdv} />
              <span className="choice-text">On peut y prendre rendez-vous en ligne</span>
            </label>
          </div>
          <button type="submit" className="button button-secondary">
            Afficher ces lieux
          </button>
        </details>
        {[...params]
          .filter(
            ([name]) =>
              ['lat', 'lon', 'rayon', 'territoire'].includes(name) || HIDDEN_FIELDS.some((field) => field === name),
          )
          .map(([name, value]) => (
            <input key={`${name} ${value}`} type="hidden" name={name} value={value} />
          ))}
      </search>
    </Form>
  );
}

function Group({ field, legend, values, asked }: (typeof GROUPS)[number] & { asked: readonly string[] }) {
  const shown =
    fieldOf(field).values?.filter((value) => !values || values.includes(value) || asked.includes(value)) ?? [];
  return (
    <fieldset className="field">
      <legend className="field-label">{legend}</legend>
      <div className="choices">
        {shown.map((value) => {
          const meaning = meaningOfValue(field, value);
          return (
            <label key={value} className="choice">
              <input type="checkbox" name={field} value={value} defaultChecked={asked.includes(value)} />
              <span>
                <span className="choice-text">{labelOfValue(field, value)}</span>
                {meaning ? <span className="choice-help">{meaning}</span> : null}
              </span>
            </label>
          );
        })}
      </div>
    </fieldset>
  );
}

function countOf({ champs, ouvert, rdv }: Filtres): number {
  const values = Object.values(champs).reduce((count, list) => count + (list?.length ?? 0), 0);
  return values + (ouvert === null ? 0 : 1) + (rdv ? 1 : 0);
}
