using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using OpenGov.Contracts;

namespace OpenGov.SampleLoader;

/// <summary>An account of the sample, with the password that was generated for it.</summary>
internal sealed record SampleAccount(string Role, string Email, string DisplayName, string Password);

/// <summary>
/// The accounts of the sample. Passwords are generated (there is no default password) and kept in a file that only its
/// owner can read, so that a person can sign in and a second run can go on where the first stopped.
/// </summary>
internal sealed class Accounts(string file)
{
    public const string Administrator = "administration";
    public const string Liaison = "liaison";
    public const string Verifier = "verifier";

    public IReadOnlyList<SampleAccount> All { get; } = File.Exists(file)
        ? JsonSerializer.Deserialize<List<SampleAccount>>(File.ReadAllText(file), ContractsJson.Options)!
        : Create(file);

    public SampleAccount this[string role] => All.Single(account => account.Role == role);

    public async Task<string> SignInAsync(Api api, string role)
    {
        var account = this[role];
        var session = await api.WriteAsync(HttpMethod.Post, "/api/participants/v1/sessions", new JsonObject
        {
            ["email"] = account.Email,
            ["password"] = account.Password,
        });
        return session["sessionToken"]!.GetValue<string>();
    }

    private static List<SampleAccount> Create(string file)
    {
        List<SampleAccount> accounts =
        [
            new(Administrator, "administracion@ejemplo.mx", "Administración (ejemplo)", NewPassword()),
            new(Liaison, "enlace@ejemplo.mx", "Enlace de Infoem (ejemplo)", NewPassword()),
            new(Verifier, "contraloria@ejemplo.mx", "Enlace de la Contraloría (ejemplo)", NewPassword()),
        ];
        using var stream = new FileStream(file, new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        });
        JsonSerializer.Serialize(stream, accounts, ContractsJson.Options);
        return accounts;
    }

    /// <summary>20 letters and digits without those that look alike: about 115 bits.</summary>
    private static string NewPassword() => RandomNumberGenerator.GetString("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789", 20);
}
