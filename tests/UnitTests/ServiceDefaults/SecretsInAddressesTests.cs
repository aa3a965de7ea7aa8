using OpenGov.ServiceDefaults.Telemetry;

namespace OpenGov.UnitTests.ServiceDefaults;

public sealed class SecretsInAddressesTests
{
    [Theory]
    [InlineData("/configurar?clave=abc", "/configurar")]
    [InlineData("/avisos/confirmar/abc", "/avisos/confirmar/***")]
    [InlineData("/AVISOS/baja/abc/", "/AVISOS/baja/***/")]
    [InlineData("http://127.0.0.1:5000/api/participants/v1/invitations/abc?x=1", "http://127.0.0.1:5000/api/participants/v1/invitations/***")]
    [InlineData("/api/notifications/v1/subscription-tokens/a-b_c", "/api/notifications/v1/subscription-tokens/***")]
    [InlineData("/x/0123456789abcdef0123456789abcdef/y", "/x/***/y")]
    [InlineData("/x/AbCdEfGhIjKlMnOpQrStUvWxYz0123456789-_aBcDe", "/x/***")]
    public void Secrets_are_hidden(string address, string redacted) => SecretsInAddresses.Redact(address).ShouldBe(redacted);

    [Theory]
    [InlineData("/api/action-plans/v1/commitments/0199c0de-7b1a-7c3e-9f00-0123456789ab")]
    [InlineData("/planes-importados/plan-de-accion-local-de-gobierno-abierto-jalisco-2019-2020")]
    [InlineData("/compromisos/MX-MEX-2020-01")]
    [InlineData("GET /avisos/confirmar/{token}")]
    [InlineData("GET /{**rest}")]
    public void Ordinary_addresses_stay_readable(string address) => SecretsInAddresses.Redact(address).ShouldBeSameAs(address);
}
