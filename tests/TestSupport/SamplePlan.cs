using System.Text.Json.Nodes;

namespace OpenGov.TestSupport;

/// <summary>Plan documents for tests, to be changed by each as it needs.</summary>
public static class SamplePlan
{
    /// <summary>An own plan that lacks nothing but acceptance: two key actions of 60 and 40, with two activities and one.</summary>
    public static JsonObject Own(int number = 1) => JsonNode.Parse($$"""
        {
          "formatVersion": 1, "origin": "OWN", "number": {{number}}, "title": "Plan de Acción Local",
          "objective": "Abrir las instituciones", "exampleData": true,
          "jurisdiction": { "cveEnt": "15", "name": "Estado de México", "level": "STATE" },
          "period": { "start": "2021-01-01", "end": "2022-12-31" },
          "problemTrees": [
            { "key": "desarticulacion", "centralProblem": "Esfuerzos desarticulados",
              "causes": [{ "key": "c1", "text": "Poca interacción" }], "effects": [{ "key": "e1", "text": "Impacto mínimo" }],
              "edges": [{ "from": "c1", "to": "central" }, { "from": "central", "to": "e1" }],
              "evidenceSources": [{ "title": "Métrica de Gobierno Abierto", "date": "2019" }],
              "approval": { "number": "STL/ORD/01", "session": "Tercera ordinaria", "adoptedOn": "2020-11-10" } }
          ],
          "commitments": [
            { "number": 1, "title": "Cultura de gobierno abierto", "kind": "PROACTIVE", "types": ["PROCESS_IMPROVEMENT"],
              "theme": "GOBIERNO_ABIERTO", "pillars": [{ "pillar": "PARTICIPATION", "explanation": "Mecanismos municipales" }],
              "problemTree": "desarticulacion", "objective": "Articular las agendas", "howItSolves": "Con una estrategia común",
              "expectedBenefits": ["Prioridades comunes"], "population": "Personas de los 125 municipios", "territory": ["15"],
              "responsible": [{ "acronym": "INFOEM", "unit": "Dirección General de Transparencia" }],
              "intervening": [{ "name": "Red Mexiquense de Gobierno Abierto (Propuesta)" }],
              "sdgTargets": [{ "code": "11.b", "inferred": true }, { "code": "16" }],
              "indicators": [{ "name": "Municipios con estudio", "unit": "municipios", "target": "125", "period": "2022", "kind": "OUTPUT" }],
              "keyActions": [
                { "number": 1, "title": "Estudio", "weight": 60, "activities": [
                  { "number": 1, "title": "Integrar un grupo de trabajo", "start": "2021-01-15", "end": "2021-06-30", "meansOfVerification": "Minuta" },
                  { "number": 2, "title": "Efectuar el estudio", "start": "2021-07-01", "end": "2021-12-31", "meansOfVerification": "Estudio publicado" } ] },
                { "number": 2, "title": "Intercambio", "weight": 40, "activities": [
                  { "number": 1, "title": "Organizar un evento", "start": "2022-01-01", "end": "2022-06-30", "meansOfVerification": "Memoria" } ] }
              ],
              "qualityChecks": [
                { "check": "SPECIFIC", "met": true }, { "check": "MEASURABLE", "met": true }, { "check": "ATTRIBUTABLE", "met": true },
                { "check": "TIME_BOUND", "met": true }, { "check": "RELEVANT", "met": true }, { "check": "TRANSFORMATIVE", "met": true } ],
              "approval": { "number": "STL/ORD/02", "adoptedOn": "2020-12-01" },
              "exampleFields": ["/keyActions/0/weight", "/indicators"] }
          ]
        }
        """)!.AsObject();

    /// <summary>The federal results of November 2012, with the printed disagreements (SPEC §3.1).</summary>
    public static JsonObject Federal(string slug = "federal-2011-2013") => JsonNode.Parse($$"""
        {
          "formatVersion": 1, "origin": "IMPORTED", "slug": "{{slug}}", "title": "Primer Plan de Acción Nacional",
          "jurisdiction": { "name": "Federación", "level": "FEDERAL" }, "period": { "start": "2011-09", "end": "2013" },
          "sourceDocuments": [{ "title": "SFP, noviembre de 2012" }],
          "commitments": [
            { "number": 1, "title": "Compranet 5.0", "printedGroup": "PAO",
              "printedStatus": { "word": "cumplido", "level": "COMPLETE", "assumedMapping": true } }
          ],
          "printedResults": {
            "headline": { "text": "38 de 41 = 92% de cumplimiento", "numerator": 38, "denominator": 41, "percentAsPrinted": "92" },
            "groups": [
              { "name": "Gobierno", "headingTotal": 11, "buckets": [
                { "label": "cumplidos", "level": "COMPLETE", "count": 9 }, { "label": "en proceso", "level": "LIMITED", "count": 2 } ] },
              { "name": "Sociedad civil", "headingTotal": 30, "buckets": [
                { "label": "cumplidos", "level": "COMPLETE", "count": 15 }, { "label": "cumplidos (parcial)", "level": "SUBSTANTIAL", "count": 14 },
                { "label": "en proceso", "level": "LIMITED", "count": 2 } ] }
            ] }
        }
        """)!.AsObject();

    public static JsonObject Commitment(this JsonObject plan, int index = 0) => plan["commitments"]![index]!.AsObject();
}
