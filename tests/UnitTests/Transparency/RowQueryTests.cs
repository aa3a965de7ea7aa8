using FsCheck;
using FsCheck.Fluent;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.AspNetCore.Http;
using OpenGov.Transparency.Datasets;
using OpenGov.Transparency.Rows;

namespace OpenGov.UnitTests.Transparency;

public sealed class RowQueryTests
{
    [Fact]
    public void Values_of_a_request_never_become_SQL() =>
        Prop.ForAll<NonNull<string>, NonNull<string>>((name, value) =>
        {
            var parameters = new QueryCollection(new Dictionary<string, Microsoft.Extensions.Primitives.StringValues>(StringComparer.Ordinal)
            {
                ["title_es"] = $"'; {value.Get}", [$"x{name.Get}"] = value.Get,
            });
            var query = RowQuery.Parse(DatasetDefinitions.Plans, parameters);
            return query.IsRefused && query.Refusals.Any(refusal => refusal.Code == "column_unknown");
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_SQL_of_a_query_holds_parameters_only()
    {
        var parameters = new QueryCollection(QueryHelpers.ParseQuery("title_es=';drop table plans;--&plan_version__gte=2&order=-approved_on&limit=7"));
        var (sql, values) = RowQuery.Parse(DatasetDefinitions.Plans, parameters).Value.ToSql();
        sql.ShouldContain("title_es = $1 and plan_version >= $2");
        sql.ShouldContain("order by plans.approved_on desc, plans.plan_identifier desc limit 8");
        sql.ShouldNotContain("drop");
        values.ShouldBe([";drop table plans;--".Insert(0, "'"), 2L]);
    }

    [Fact]
    public void A_cursor_changed_anywhere_is_refused()
    {
        var order = new[] { DatasetDefinitions.ProgressReports["reported_at"], DatasetDefinitions.ProgressReports["report_id"] };
        string?[] row = ["2026-01-01T00:00:00.000Z", "01900000-0000-7000-8000-000000000001"];
        var cursor = RowCursor.Encode("query", row);
        RowCursor.Decode(cursor, "query", order).IsRefused.ShouldBeFalse();
        RowCursor.Decode(cursor, "another query", order).IsRefused.ShouldBeTrue();
        RowCursor.Decode(cursor, "query", order[..1]).IsRefused.ShouldBeTrue();
        for (var i = 0; i < cursor.Length - 1; i++)
        {
            var changed = cursor[..i] + (cursor[i] == 'x' ? 'y' : 'x') + cursor[(i + 1)..];
            RowCursor.Decode(changed, "query", order).IsRefused.ShouldBeTrue(changed);
        }

        // A digest can be computed by anybody; values are checked all the same.
        RowCursor.Decode(RowCursor.Encode("query", ["yesterday", row[1]]), "query", order).IsRefused.ShouldBeTrue();
        RowCursor.Decode(RowCursor.Encode("query", [null, row[1]]), "query", order).IsRefused.ShouldBeTrue();
        RowCursor.Decode(new string('A', 5000), "query", order).IsRefused.ShouldBeTrue();
    }
}
