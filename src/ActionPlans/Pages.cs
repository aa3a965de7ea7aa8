using OpenGov.ServiceDefaults.Http;

namespace OpenGov.ActionPlans;

internal static class Pages
{
    /// <summary>Makes a page of rows that were read with one more than asked for, whose presence says that there is a next page.</summary>
    public static Page<T> Of<T>(List<T> rows, int size, Func<T, string> cursorOf)
    {
        if (rows.Count <= size)
            return new Page<T>(rows, null);
        rows.RemoveRange(size, rows.Count - size);
        return new Page<T>(rows, cursorOf(rows[^1]));
    }
}
